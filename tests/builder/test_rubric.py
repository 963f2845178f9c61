"""The rubric and its reasons: criteria and levels on pages, and what may still change once somebody has read."""

import pytest

from tests.applications.conftest import begin as begin_draft
from tests.applications.conftest import send, write
from tests.builder.conftest import Visitor, copy_of, fields
from tests.cast import PLANS, Cast
from tests.visiting import Clock
from tremplin.applications.models import Application
from tremplin.builder import edits
from tremplin.builder.edits import Refused
from tremplin.core.errors import Conflict
from tremplin.programmes import file
from tremplin.programmes import services as programmes
from tremplin.programmes.schema import Criterion
from tremplin.review.models import Assignment, Review

pytestmark = pytest.mark.django_db
SMALL = (PLANS / "small.toml").read_text("utf-8")
HELP = {"help_en": "Look at the essays.", "help_fr": "Voyez les essais."}
REASONS = ("needed", "measures", "considered", "affected")


def criteria(cast: Cast) -> list[Criterion]:
    plan = file.read(copy_of(cast).text)
    assert plan.review
    return plan.review.criteria


def reason(text: str) -> dict[str, str]:
    return {f"why_{name}_{language}": f"{text} {name}" for name in REASONS for language in ("en", "fr")}


@pytest.fixture
def read(cast: Cast, clock: Clock) -> Application:
    """An application that somebody has begun to read while the call is open."""
    clock.at = cast.at("call_opens", days=5)
    now = cast.at("call_opens", days=2)
    application = send(write(begin_draft(cast), now), now)
    assignment = Assignment.objects.create(
        cohort=cast.cohort, application=application, reviewer=cast.reviewer, created_at=now
    )
    snapshot = application.snapshots.get()
    Review.objects.create(assignment=assignment, snapshot=snapshot, saved_at=now, created_at=now)
    return application


def test_a_criterion_is_added_with_its_levels_and_its_reason(olive: Visitor, cast: Cast) -> None:
    typed = {"label_en": "Care", "label_fr": "Soin", "weight": "3", **reason("Because")}
    typed |= {"level0_en": "None", "level0_fr": "Aucun", "level3_en": "Much", "level3_fr": "Beaucoup"}
    assert olive.fill("new", typed, kind="criterion").status_code == 302
    new = criteria(cast)[-1]
    assert (new.code, new.weight, [level.score for level in new.levels]) == ("care", 3, [1, 4])
    assert new.rationale
    assert new.rationale.affected["fr"] == "Because affected"
    listed = olive.get("form").content.decode()
    assert "weight 3" in listed
    olive.do("up:criterion:care")
    assert [one.code for one in criteria(cast)] == ["drive", "care", "making"]
    olive.fill("delete", {}, kind="criterion", code="care")
    assert copy_of(cast).text == SMALL


def test_levels_are_added_taken_out_and_given_other_figures(olive: Visitor, cast: Cast) -> None:
    page = olive.get("item", kind="criterion", code="making")
    more = olive.post("item", {**fields(page), "_more": "1"}, kind="criterion", code="making")
    typed = {**fields(more), "level0_remove": "on", "level1_score": "4", "level3_score": "0"}
    typed |= {"level3_en": "Nothing at all", "level3_fr": "Rien du tout"}
    assert olive.post("item", typed, kind="criterion", code="making").status_code == 302
    levels = criteria(cast)[1].levels
    assert [level.score for level in levels] == [0, 4, 5]
    assert [level.label["en"] for level in levels] == ["Nothing at all", "Something small", "Something whole"]


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ({"level0_score": "3"}, "Another level has this figure already."),
        ({"level0_score": ""}, "Write the figure of this level."),
        ({"level0_score": "high"}, "Write a whole number."),
        ({"level0_score": "11"}, "Write 10 or less."),
        ({"level0_en": "", "level0_fr": ""}, "Write “Level 1” in English."),
        ({"level0_remove": "on", "level1_remove": "on"}, "A criterion needs at least two levels."),
        ({"weight": "12"}, "Write 10 or less."),
        ({"why_needed_en": "Because"}, "“Why the programme needs it” is missing in French."),
    ],
)
def test_what_is_wrong_with_a_criterion_stands_at_its_field(
    olive: Visitor, typed: dict[str, str], fault: str
) -> None:
    bad = olive.fill("item", typed, kind="criterion", code="making")
    assert bad.status_code == 422
    assert fault in bad.content.decode()
    kept = olive.get("item", kind="criterion", code="making").content.decode()
    assert "You typed this and did not finish it" in kept


def test_half_a_reason_names_every_text_that_is_missing(olive: Visitor) -> None:
    bad = olive.fill("item", {"why_needed_en": "Because"}, kind="door", code="adult").content.decode()
    for name in REASONS:
        assert f'id="id_why_{name}_fr_error"' in bad
    assert 'id="id_why_needed_en_error"' not in bad


def test_reasons_go_as_they_came(olive: Visitor, cast: Cast) -> None:
    olive.fill("item", reason("Because"), kind="door", code="adult")
    assert "no reason yet" in olive.get("form").content.decode()
    assert "[eligibility.rationale]" in copy_of(cast).text
    empty = dict.fromkeys(reason(""), "")
    assert olive.fill("item", empty, kind="door", code="adult").status_code == 302
    assert copy_of(cast).text == SMALL


def test_commitments_keep_their_weeks_and_hours(olive: Visitor, cast: Cast) -> None:
    """A page that did not show a figure would have wiped it."""
    page = olive.post(
        "item",
        {**fields(olive.get("item", kind="door", code="hours")), "kind": "commitments", "_show": "1"},
        kind="door",
        code="hours",
    )
    typed = {**fields(page), "free_hours": "30", "weeks": "10", "week_hours": "50"}
    assert olive.post("item", typed, kind="door", code="hours").status_code == 302
    before = copy_of(cast).text
    assert olive.fill("item", {}, kind="door", code="hours").status_code == 302
    assert copy_of(cast).text == before
    door = file.read(before).eligibility[1]
    assert (door.weeks, door.week_hours) == (10, 50)


def test_before_reading_the_rubric_may_change_while_people_apply(
    olive: Visitor, cast: Cast, clock: Clock
) -> None:
    clock.at = cast.at("call_opens", days=5)
    olive.fill("item", {"weight": "5", **reason("Late")}, kind="criterion", code="drive")
    page = olive.get("publish").content.decode()
    assert "written after the call had opened" in page
    assert olive.fill("publish", {}).status_code == 302
    cast.cohort.refresh_from_db()
    assert cast.cohort.version.number == 2


@pytest.mark.parametrize(
    "deed",
    [
        lambda v: v.fill("item", {"weight": "5"}, kind="criterion", code="drive"),
        lambda v: v.fill("item", {"level0_score": "0"}, kind="criterion", code="drive"),
        lambda v: v.fill("item", {"level0_remove": "on"}, kind="criterion", code="drive"),
        lambda v: v.do("copy:criterion:drive"),
        lambda v: v.do("down:criterion:drive"),
        lambda v: v.fill("delete", {}, kind="criterion", code="making"),
        lambda v: v.fill("item", {"level0_en": "Very little"}, kind="criterion", code="drive"),
        lambda v: v.fill("item", HELP, kind="criterion", code="drive"),
    ],
)
def test_what_somebody_has_read_by_stays(deed: object, olive: Visitor, cast: Cast, read: Application) -> None:
    assert callable(deed)
    deed(olive)
    page = olive.get("publish").content.decode()
    assert "1 read was begun under this rubric" in page
    assert "in the guide for reviewers" in page
    assert 'name="sure"' not in page
    pressed = olive.post("publish", {"seen": str(copy_of(cast).number), "sure": "1"})
    assert pressed.status_code == 409
    cast.cohort.refresh_from_db()
    assert cast.cohort.version.number == 1


@pytest.mark.parametrize("typed", [HELP, {"level0_en": "Very little"}])
def test_until_somebody_reads_words_are_made_clearer_after_the_call_too(
    olive: Visitor, cast: Cast, clock: Clock, typed: dict[str, str]
) -> None:
    clock.at = cast.at("call_closes", days=1)
    olive.fill("item", typed, kind="criterion", code="drive")
    page = olive.get("publish").content.decode()
    assert "more than words of it differs" not in page
    assert olive.fill("publish", {}).status_code == 302
    cast.cohort.refresh_from_db()
    assert cast.cohort.version.number == 2


def test_what_reviewers_do_not_judge_by_may_change_while_they_read(
    olive: Visitor, cast: Cast, read: Application
) -> None:
    item = olive.get("item", kind="criterion", code="drive").content.decode()
    assert "its criteria stay word for word as they were" in item
    olive.fill("item", reason("Late"), kind="criterion", code="drive")
    guide = {"guide_en": "“Little” is very little.", "guide_fr": "« Peu », c’est très peu."}
    olive.fill("item", guide, kind="reading", code="reading")
    assert olive.fill("publish", {}).status_code == 302
    cast.cohort.refresh_from_db()
    assert cast.cohort.version.number == 2


def test_what_reviewers_look_for_says_how_many_began_under_other_words(
    olive: Visitor, cast: Cast, read: Application
) -> None:
    olive.fill("item", {"looks_for_en": "Patience.", "minutes": "70"}, kind="form", code="form")
    olive.fill("item", {"reads": "3"}, kind="reading", code="reading")
    page = olive.get("publish").content.decode()
    assert "1 person has begun or sent under the other words" in page
    assert "The number of reads counts from the next time applications are shared out." in page


def test_after_the_call_has_closed_the_page_says_what_cannot_be_published(
    olive: Visitor, cast: Cast, clock: Clock
) -> None:
    clock.at = cast.at("call_closes", days=1)
    assert (
        "of the rubric only words can change"
        in olive.get("item", kind="criterion", code="drive").content.decode()
    )
    olive.fill("item", {"weight": "5"}, kind="criterion", code="drive")
    page = olive.get("publish").content.decode()
    assert "more than words of it differs: the rubric" in page
    assert 'name="sure"' not in page


def test_a_change_of_a_question_does_not_stand_in_the_way_of_its_section(
    olive: Visitor, colin: Visitor, cast: Cast
) -> None:
    """Two people at two items, one inside the other: neither is told that somebody was quicker."""
    for kind, code, typed in (
        ("section", "essays", {"title_en": "Stories"}),
        ("form", "form", {"minutes": "80"}),
        ("reading", "reading", {"reads": "4"}),
    ):
        mine = fields(olive.get("item", kind=kind, code=code))
        colin.fill("item", {"max_words": "90"}, kind="question", code="project")
        colin.fill("item", {"weight": "4"}, kind="criterion", code="making")
        assert olive.post("item", {**mine, **typed}, kind=kind, code=code).status_code == 302


@pytest.mark.parametrize(
    ("kind", "code", "first", "second"),
    [
        ("question", "motivation", {"label_en": "First?"}, {"label_en": "Second?"}),
        ("section", "you", {"title_en": "First"}, {"title_en": "Second"}),
        ("door", "adult", {"refusal_en": "First."}, {"refusal_en": "Second."}),
        ("door", "adult", reason("First"), reason("Second")),
        ("criterion", "drive", {"level0_en": "First"}, {"level0_en": "Second"}),
        ("criterion", "drive", {"weight": "3"}, {"weight": "4"}),
        ("form", "form", {"looks_for_en": "First."}, {"looks_for_en": "Second."}),
        ("reading", "reading", {"guide_en": "First."}, {"guide_en": "Second."}),
    ],
)
def test_the_second_of_two_sees_both_texts_and_loses_neither(
    olive: Visitor,
    colin: Visitor,
    kind: str,
    code: str,
    first: dict[str, str],
    second: dict[str, str],
) -> None:
    mine = {**fields(olive.get("item", kind=kind, code=code)), **second}
    assert colin.fill("item", first, kind=kind, code=code).status_code == 302
    clash = olive.post("item", mine, kind=kind, code=code)
    text = clash.content.decode()
    assert clash.status_code == 409
    assert "Somebody else has changed this meanwhile" in text
    for said in (*first.values(), *second.values()):
        assert said in text
    again = olive.get("item", kind=kind, code=code).content.decode()
    assert all(said in again for said in second.values())
    assert olive.post("item", fields(clash), kind=kind, code=code).status_code == 302


def test_what_there_is_one_of_is_neither_moved_nor_deleted(olive: Visitor) -> None:
    assert olive.get("delete", kind="form", code="form").status_code == 404
    assert olive.get("new", kind="reading").status_code == 404
    assert olive.post("act", {"do": "up:form:form"}).status_code == 404
    assert olive.get("item", kind="form", code="other").status_code == 302
    for kind in ("form", "reading"):
        with pytest.raises(Refused):
            edits.move(SMALL, kind, kind, 1)
        with pytest.raises(Refused):
            edits.remove(SMALL, kind, kind)


def test_a_programme_without_reading_has_no_rubric_to_add_to(cast: Cast, olive: Visitor) -> None:
    start, end = SMALL.index("[review]"), SMALL.index("[mentoring]")
    text = SMALL[:start] + SMALL[end:]
    for stage in (
        "review",
        "selection",
        "mentoring",
        "stipends",
        "training",
        "projects",
        "showcase",
        "impact",
    ):
        text = text.replace(f'"{stage}", ', "").replace(f', "{stage}"', "")
    with pytest.raises(Refused, match="no reading"):
        edits.add(text[: text.index("[mentoring]")], "criterion", {}, label="Care")


def laid(ours: str, theirs: str) -> str:
    """What comes of our changes of SMALL when somebody has handed in `theirs` meanwhile."""
    return edits.laid_upon(theirs, ours, SMALL)


def test_what_the_builder_left_alone_stays_as_the_new_file_has_it() -> None:
    theirs = SMALL.replace("weight = 2", "weight = 7").replace("reads = 2", "reads = 4")
    ours = edits.save(SMALL, "criterion", "drive", {"help": {"en": "Look.", "fr": "Voyez."}})
    review = file.read(laid(ours, theirs)).review
    assert review
    assert (review.reads, review.criteria[0].weight) == (4, 7)
    assert review.criteria[0].help == {"en": "Look.", "fr": "Voyez."}
    ours = edits.save(SMALL, "question", "motivation", {"max_words": 50})
    assert "weight = 7" in laid(ours, theirs)


def test_another_list_of_criteria_comes_as_a_whole() -> None:
    theirs = SMALL.replace("reads = 2", "reads = 4").replace("minutes = 8", "minutes = 9")
    ours = edits.save(edits.remove(SMALL, "criterion", "making"), "reading", "reading", {"minutes": 12})
    review = file.read(laid(ours, theirs)).review
    assert review
    assert ([one.code for one in review.criteria], review.reads, review.minutes) == (["drive"], 4, 12)


def test_a_file_cannot_weigh_anew_what_somebody_has_read_by(cast: Cast, read: Application) -> None:
    def hand_in(old: str, new: str) -> None:
        programmes.replace_file(
            cohort=cast.cohort,
            text=SMALL.replace(old, new),
            actor=cast.organiser,
            now=cast.at("call_opens", days=5),
            seen=cast.cohort.version.number,
        )

    with pytest.raises(Conflict, match=r"review\.criteria"):
        hand_in("weight = 2", "weight = 3")
    with pytest.raises(Conflict, match="word for word"):
        hand_in('en = "Rare"', 'en = "Rarely seen"')
    hand_in('en = "Read slowly."', 'en = "Read very slowly."')
    assert cast.cohort.version.number == 2
