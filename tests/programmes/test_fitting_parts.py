"""The parts of a programme file fit together, or the file says at which key they do not."""

import pytest
from pydantic import ValidationError

from tests.programmes.texts import SMALL, mended
from tremplin.programmes import file
from tremplin.programmes.file import BrokenFile
from tremplin.programmes.schema import STAGES, Plan
from tremplin.programmes.schema.checks import PART_OF_STAGE
from tremplin.programmes.schema.profile import Attribute


def keys(text: str) -> dict[str, str]:
    with pytest.raises(BrokenFile) as broken:
        file.read(text)
    return {fault.key: fault.message for fault in broken.value.faults}


def only(text: str) -> tuple[str, str]:
    ((key, message),) = keys(text).items()
    return key, message


def without(text: str, start: str, end: str) -> str:
    """`text` without what stands from `start` up to `end`."""
    first = text.index(start)
    return text[:first] + text[text.index(end, first + len(start)) :]


def staged(*stages: str) -> str:
    first, _line, rest = SMALL.partition('stages = ["eligibility"')
    listed = ", ".join(f'"{stage}"' for stage in stages)
    return f"{first}stages = [{listed}]{rest[rest.index(']') + 1 :]}"


def test_every_stage_has_its_part() -> None:
    assert set(PART_OF_STAGE) | {"equality"} == set(STAGES)
    assert set(PART_OF_STAGE.values()) <= set(Plan.model_fields)


@pytest.mark.parametrize(
    ("start", "end", "stage"),
    [
        ("[offer]", "[mentoring]", "selection"),
        ("[training]", "[project]", "training"),
        ("[showcase]", "[impact]", "showcase"),
        ("[[eligibility]]", "[application]", "eligibility"),
    ],
)
def test_a_stage_without_its_part_is_told_at_the_stage(start: str, end: str, stage: str) -> None:
    key, message = only(without(SMALL, start, end))
    assert key == f"stages[{list(file.read(SMALL).stages).index(stage) + 1}]"
    assert "add it, or leave out the stage" in message


@pytest.mark.parametrize(
    ("stages", "below"),
    [
        (("selection",), "review"),
        (("review", "mentoring"), "selection"),
        (("review", "training"), "selection"),
        (("review", "selection", "showcase"), "projects"),
    ],
)
def test_a_stage_stands_on_another(stages: tuple[str, ...], below: str) -> None:
    found = keys(staged(*stages))
    assert f"needs the stage “{below}”" in found[f"stages[{len(stages)}]"]


def test_a_stage_that_is_off_may_keep_its_part() -> None:
    plan = file.read(staged("review", "selection"))
    assert plan.mentoring is not None
    assert not plan.runs("mentoring")


def test_a_stage_stands_once() -> None:
    assert only(staged("review", "review"))[0] == "stages[2]"


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('code = "week-8"', 'code = "week-2"', "mentoring.checkins[week-2].code"),
        ('code = "second"\n', 'code = "start"\n', "stipend.instalments[start].code"),
        ('code = "release"', 'code = "proposal"', "project.milestones[proposal].code"),
        ('code = "tests"', 'code = "licence"', "project.checklist[licence].code"),
        ('code = "after-a-year"', 'code = "after-6-months"', "impact.surveys[after-6-months].code"),
        ('code = "hours"', 'code = "adult"', "eligibility[adult].code"),
        ('code = "making"', 'code = "drive"', "review.criteria[drive].code"),
        ('code = "language"', 'code = "vision"', "mentoring.topics[vision].code"),
        ('code = "essays"', 'code = "you"', "application.sections[you].code"),
        ('code = "project"', 'code = "country"', "application.sections[essays].questions[country].code"),
        ('code = "words"', 'code = "works_in_ai"', "impact.questions[works_in_ai].code"),
    ],
)
def test_a_code_stands_once_in_its_list(old: str, new: str, key: str) -> None:
    assert key in keys(mended((old, new)))


@pytest.mark.parametrize(
    "code",
    [
        "call_opens",
        "call_closes",
        "reading_ends",
        "decisions_out",
        "offers_answered",
        "demo_day",
        "follow_up_ends",
        "training_ends",
    ],
)
def test_a_date_that_a_stage_needs_is_missed(code: str) -> None:
    lines = [line for line in SMALL.splitlines() if not line.startswith(f"{code} =")]
    assert keys("\n".join(lines))[f"dates.{code}"] == "this date is missing: add it"


def test_dates_follow_one_another() -> None:
    key, message = only(mended(('midpoint = "17w"', 'midpoint = "27w"')))
    assert (key, message) == ("dates.training_ends", "training_ends would fall before midpoint")


def test_a_deadline_lasts_until_the_end_of_its_day() -> None:
    key, message = only(mended(('decisions_out = "7w"', 'decisions_out = "6w"')))
    assert key == "dates.decisions_out"
    assert "lasts until the end of its day" in message


def test_an_hour_decides_the_order_of_two_dates_of_one_day() -> None:
    assert only(mended(('training_ends = "23w"', 'training_ends = "23w 18:00"')))[0] == "dates.demo_day"
    assert file.read(mended(('demo_day = "23w"', 'demo_day = "23w 18:00"')))


def test_a_due_date_counts_from_a_date_that_is_there() -> None:
    text = mended(('midpoint = "17w"\n', ""), ('due = "training_starts+6w"', 'due = "midpoint"'))
    assert only(text) == (
        "project.milestones[proposal].due",
        "this counts from “midpoint”, which [dates] does not have",
    )


def test_a_payment_waits_for_a_check_in_that_is_there() -> None:
    key, message = only(mended(('gate = "week-2"', 'gate = "week-3"')))
    assert key == "stipend.instalments[second].gate"
    assert "“week-3”" in message


def test_a_payment_waits_for_no_check_in_where_mentoring_is_off() -> None:
    assert "stipend.instalments[second].gate" in keys(staged("review", "selection", "stipends"))


def test_what_looks_like_a_slip_is_advice_and_no_fault() -> None:
    text = mended(("answer_days = 7", "answer_days = 8"), ("weeks = 13", "weeks = 15"))
    assert file.read(text)
    text = text.replace("@example.org", "@our-lab.fr")
    slips = [hint.key for hint in file.advice(text) if not hint.key.endswith(".rationale")]
    assert slips == ["offer.answer_days", "training.weeks"]
    assert {hint.key.rpartition(".")[2] for hint in file.advice(SMALL)} == {"contact", "rationale"}


def test_a_lab_that_does_not_exist_is_told() -> None:
    key, message = only(mended(('labs = ["softmax"]', 'labs = ["softmax", "sofmax"]')))
    assert key == "training.labs[2]"
    assert message.endswith("did you mean “softmax”?")


def test_places_are_in_order() -> None:
    assert (
        only(mended(("places_max = 2", "places_max = 2"), ("places_min = 1", "places_min = 3")))[0]
        == "cohort.places_max"
    )


def test_levels_rise() -> None:
    key, message = only(
        mended(('{ score = 3, label = { en = "Clear"', '{ score = 2, label = { en = "Clear"'))
    )
    assert key == "review.criteria[drive].levels[3].score"
    assert "rise" in message


DOOR = """
[[eligibility]]
code = "door"
kind = "{kind}"
label = {{ en = "?", fr = "?" }}
refusal = {{ en = "No.", fr = "Non." }}
{more}
"""


@pytest.mark.parametrize(
    ("kind", "more", "key"),
    [
        ("yes_no", "", "passes"),
        ("yes_no", 'passes = ["oui"]', "passes[1]"),
        ("yes_no", 'passes = ["yes", "no"]', "passes"),
        ("choice", 'passes = ["yes"]', "options"),
        ("number", "", "kind"),
        ("number", 'at_least = 3\npasses = ["yes"]', "passes"),
        ("number", "at_least = 5\nat_most = 3", "at_most"),
        ("country", "", "refuses"),
        ("country", 'refuses = ["FR", "ZZZ"]', "refuses[2]"),
    ],
)
def test_a_door_that_cannot_work_is_told(kind: str, more: str, key: str) -> None:
    text = SMALL.replace("[application]\n", DOOR.format(kind=kind, more=more) + "[application]\n", 1)
    assert f"eligibility[door].{key}" in keys(text)


QUESTION = """
[[application.sections.questions]]
code = "extra"
kind = "{kind}"
label = {{ en = "?", fr = "?" }}
{more}

[review]
"""


def asked(kind: str, more: str) -> str:
    return SMALL.replace("[review]\n", QUESTION.format(kind=kind, more=more), 1)


@pytest.mark.parametrize(
    ("kind", "more", "key"),
    [
        ("choice", "", "options"),
        ("choices", 'options = [{ code = "a", label = { en = "A", fr = "A" } }]', "options"),
        ("file", "", "files"),
        ("short", 'files = ["pdf"]', "files"),
        ("file", 'files = ["pdf"]\nmax_words = 10', "max_words"),
        ("number", "minimum = 3\nmaximum = 2", "maximum"),
        ("short", "minimum = 3", "minimum"),
        ("short", 'show_if = { question = "later", answers = ["yes"] }', "show_if.question"),
        ("short", 'show_if = { question = "motivation", answers = ["yes"] }', "show_if.question"),
        ("short", 'show_if = { question = "coded_before", answers = ["maybe"] }', "show_if.answers[1]"),
        ("short", 'attribute = "age"', "attribute"),
        ("short", 'attribute = "ages"\nuse = "eligibility"', "attribute"),
    ],
)
def test_a_question_that_cannot_work_is_told(kind: str, more: str, key: str) -> None:
    assert f"application.sections[essays].questions[extra].{key}" in keys(asked(kind, more))


def test_a_guarded_attribute_is_asked_only_for_what_the_law_permits() -> None:
    allowed = asked("yes_no", 'attribute = "socio_economic"\nuse = "support"')
    assert file.read(allowed)
    refused = asked("yes_no", 'attribute = "gender"\nuse = "tie_break"')
    key, message = only(refused)
    assert key == "application.sections[essays].questions[extra].code"
    assert "does not permit “gender” for “tie_break”" in message


def test_a_question_that_is_named_after_a_guarded_attribute_is_about_it() -> None:
    text = asked("short", "").replace('code = "extra"', 'code = "religion"')
    assert "guarded by law" in only(text)[1]


def test_a_door_may_not_turn_on_a_guarded_attribute() -> None:
    text = mended(('code = "adult"\n', 'code = "adult"\nattribute = "gender"\n'))
    assert only(text)[0] == "eligibility[adult].code"


MAIL = """
[[mails]]
code = "{code}"
subject = {{ en = "{subject}", fr = "Objet" }}
body = {{ en = "{body}", fr = "Texte" }}
"""


def test_a_mail_replaces_a_shipped_one() -> None:
    plan = file.read(
        SMALL + MAIL.format(code="decision-offer", subject="Yes, {name}", body="{link} {answer_by}")
    )
    assert plan.mails[0].subject["en"] == "Yes, {name}"


@pytest.mark.parametrize(
    ("code", "subject", "body", "key"),
    [
        ("decision-ofer", "S", "B", "mails[decision-ofer].code"),
        ("decision-offer", "S", "{amount}", "mails[decision-offer].body.en"),
        ("decision-offer", "S", "{Name}", "mails[decision-offer].body.en"),
        ("decision-offer", "{name.__class__}", "B", "mails[decision-offer].subject.en"),
        ("decision-offer", "Two\\nlines", "B", "mails[decision-offer].subject.en"),
    ],
)
def test_a_mail_that_cannot_be_filled_is_told(code: str, subject: str, body: str, key: str) -> None:
    assert only(SMALL + MAIL.format(code=code, subject=subject, body=body))[0] == key


def test_a_mail_stands_once() -> None:
    one = MAIL.format(code="decision-offer", subject="S", body="B")
    assert only(SMALL + one + one)[0] == "mails[decision-offer].code"


def test_a_programme_in_one_language_needs_no_other() -> None:
    text = mended(('languages = ["en", "fr"]', 'languages = ["fr"]'), ('en = "Small Scholars", ', ""))
    assert file.read(text).programme.name == {"fr": "Petite promotion"}


@pytest.mark.parametrize(
    ("opens", "fine"),
    [
        ("2027-01-11", True),
        ("2027-01-11T08:30:00", True),
        ("2027-01-11T08:30:00Z", False),
        ('"2027-01-11"', False),
        ("08:30:00", False),
    ],
)
def test_the_first_day_is_a_day_on_the_programmes_own_clock(opens: str, *, fine: bool) -> None:
    text = mended(("places_min = 1", f"opens = {opens}\nplaces_min = 1"))
    if fine:
        opening = file.read(text).cohort.opens
        assert opening is not None
        assert opening.hour == (9 if opens == "2027-01-11" else 8)
    else:
        assert only(text)[0] == "cohort.opens"


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        (
            'code = "going"\nkind = "scale"',
            'code = "going"\nkind = "choice"',
            "mentoring.questions[going].options",
        ),
        (
            'code = "going"\nkind = "scale"',
            'code = "going"\nkind = "scale"\noptions = [{ code = "a", label = { en = "A", fr = "A" } }]',
            "mentoring.questions[going].options",
        ),
    ],
)
def test_a_short_question_that_cannot_work_is_told(old: str, new: str, key: str) -> None:
    assert key in keys(mended((old, new)))


ATTRIBUTE = {
    "code": "height",
    "label": {"en": "Height", "fr": "Taille"},
    "purposes": ["anonymous_audit"],
    "reason": {"en": "x", "fr": "x"},
}
CHOICES = [{"code": code, "label": {"en": code, "fr": code}} for code in ("tall", "not_said")]


@pytest.mark.parametrize(
    "changes",
    [
        {"locked": ["anonymous_audit"]},
        {"purposes": ["support"], "question": {"en": "?", "fr": "?"}, "options": CHOICES},
        {"question": {"en": "?", "fr": "?"}, "options": CHOICES[::-1]},
        {"options": [CHOICES[0], CHOICES[0]]},
        {"purposes": ["ranking"]},
    ],
)
def test_a_profile_that_contradicts_itself_is_refused(changes: dict[str, object]) -> None:
    assert Attribute.model_validate(ATTRIBUTE)
    with pytest.raises(ValidationError):
        Attribute.model_validate({**ATTRIBUTE, **changes})
