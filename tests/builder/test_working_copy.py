"""The working copy as a whole: moving, copying, deleting, taking back, two organisers, roles."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.builder.conftest import Visitor, copy_of, fields
from tests.cast import PLANS, Cast, gather
from tests.visiting import Clock
from tremplin.builder import services
from tremplin.builder.models import Step, Unfinished, WorkingCopy
from tremplin.builder.services.editing import STEPS, digest
from tremplin.core.errors import NotAllowed, Stale
from tremplin.core.models import AuditEvent
from tremplin.programmes import file
from tremplin.programmes import services as programmes

pytestmark = pytest.mark.django_db
SMALL = (PLANS / "small.toml").read_text("utf-8")


def codes(cast: Cast) -> list[str]:
    return [q.code for q in file.read(copy_of(cast).text).application.questions()]


def test_buttons_move_and_the_page_opens_where_the_item_went(olive: Visitor, cast: Cast) -> None:
    done = olive.do("down:question:full_name")
    assert done.url.endswith("/programme/form/?at=down%3Aquestion%3Afull_name")
    assert codes(cast)[:2] == ["country", "full_name"]
    olive.do("up:question:full_name")
    assert copy_of(cast).text == SMALL
    assert "says what the form in force says" in olive.get("form").content.decode()
    olive.do("down:section:you")
    refused = olive.client.get(olive.do("up:section:you").url)
    assert refused.status_code == 200


def test_a_move_that_would_put_a_condition_ahead_says_why(olive: Visitor, cast: Cast) -> None:
    done = olive.do("up:question:code_where")
    text = olive.client.get(done.url).content.decode()
    assert "cannot stand above it" in text
    assert not WorkingCopy.objects.filter(number__gt=0).exists()


def test_copies_stand_right_below(olive: Visitor, cast: Cast) -> None:
    assert olive.do("copy:question:country").url.endswith("#question-country_2")
    assert codes(cast)[1:3] == ["country", "country_2"]
    olive.do("copy:door:adult")
    assert [door.code for door in file.read(copy_of(cast).text).eligibility] == ["adult", "adult_2", "hours"]


def test_a_second_press_does_nothing_more(olive: Visitor, cast: Cast) -> None:
    data = {**fields(olive.get("form")), "do": "copy:question:country"}
    olive.post("act", data)
    olive.post("act", data)
    assert codes(cast).count("country_3") == 0
    assert copy_of(cast).number == 1


def test_a_new_question_sent_twice_is_one(olive: Visitor, cast: Cast) -> None:
    data = fields(olive.get("new", "?section=you", kind="question"))
    data |= {"label_en": "Shoe size", "label_fr": "Pointure", "kind": "number", "required": "on"}
    for _press in range(2):
        assert olive.post("new", data, kind="question").status_code == 302
    assert [code for code in codes(cast) if code.startswith("shoe")] == ["shoe_size"]


def test_a_page_that_is_out_of_date_moves_nothing(olive: Visitor, colin: Visitor, cast: Cast) -> None:
    old = {**fields(olive.get("form")), "do": "down:question:full_name"}
    colin.do("down:question:country")
    done = olive.post("act", old)
    assert (
        "Somebody changed the form while you were looking at it"
        in olive.client.get(done.url).content.decode()
    )
    assert codes(cast)[0] == "full_name"


def test_deleting_asks_first_and_can_be_taken_back(olive: Visitor, cast: Cast) -> None:
    page = olive.get("delete", kind="section", code="essays").content.decode()
    assert "These questions go with it" in page
    assert "Why deep learning, why now?" in page
    olive.fill("delete", {}, kind="section", code="essays")
    assert len(file.read(copy_of(cast).text).application.sections) == 1
    assert olive.do("undo:").url.endswith("#section-essays")
    assert copy_of(cast).text == SMALL
    olive.do("undo:")
    assert copy_of(cast).text == SMALL


def test_a_question_that_another_one_needs_is_not_deleted(olive: Visitor) -> None:
    page = olive.get("delete", kind="question", code="coded_before").content.decode()
    assert "“What did you write?” is asked only after an answer to this." in page
    assert 'button--danger" type="submit"' not in page
    olive.post("delete", {"seen": "0"}, kind="question", code="coded_before")
    assert not Step.objects.exists()


def test_steps_are_bounded(olive: Visitor, cast: Cast) -> None:
    for number in range(STEPS + 3):
        copy = services.begin(cohort=cast.cohort, actor=cast.organiser, now=olive.cast.cohort.first_day)
        services.move(
            cohort=cast.cohort,
            kind="question",
            code="full_name",
            step=1 if number % 2 == 0 else -1,
            seen=copy.number,
            actor=cast.organiser,
            now=cast.cohort.first_day,
        )
    assert Step.objects.count() == STEPS


def test_two_organisers_on_one_question_lose_nothing(olive: Visitor, colin: Visitor, cast: Cast) -> None:
    mine = fields(olive.get("item", kind="question", code="motivation"))
    colin.fill("item", {"label_en": "Colin’s words"}, kind="question", code="motivation")
    clash = olive.post("item", {**mine, "label_en": "Olive’s words"}, kind="question", code="motivation")
    text = clash.content.decode()
    assert clash.status_code == 409
    assert "Somebody else has changed this meanwhile" in text
    assert "Colin Colleague saved it" in text
    assert "Colin’s words" in text
    assert "Olive’s words</textarea>" in text
    assert "Colin’s words" in copy_of(cast).text
    assert Unfinished.objects.get().values["label_en"] == ["Olive’s words"]
    settled = olive.post("item", fields(clash), kind="question", code="motivation")
    assert settled.status_code == 302
    assert "Olive’s words" in copy_of(cast).text
    assert not Unfinished.objects.exists()


def test_two_organisers_on_two_questions_do_not_meet(olive: Visitor, colin: Visitor, cast: Cast) -> None:
    mine = fields(olive.get("item", kind="question", code="motivation"))
    colin.fill("item", {"label_en": "Colin’s words"}, kind="question", code="project")
    assert (
        olive.post("item", {**mine, "label_en": "Olive’s"}, kind="question", code="motivation").status_code
        == 302
    )
    assert "Colin’s words" in copy_of(cast).text


def test_what_a_colleague_has_not_finished_is_seen(olive: Visitor, colin: Visitor) -> None:
    colin.fill("item", {"label_en": "Half of it", "label_fr": ""}, kind="question", code="motivation")
    text = olive.get("item", kind="question", code="motivation").content.decode()
    assert "Colin Colleague is changing this too" in text
    assert "Half of it" in text
    kept = Unfinished.objects.get()
    olive.do(f"drop:{kept.ref}")
    assert not Unfinished.objects.exists()


def test_what_was_typed_into_something_gone_is_still_there(olive: Visitor, colin: Visitor) -> None:
    colin.fill("item", {"label_en": "Half of it", "label_fr": ""}, kind="question", code="project")
    olive.fill("delete", {}, kind="question", code="project")
    assert "Half of it" in olive.get("form").content.decode()


def test_discarding_asks_first_and_says_what_goes(olive: Visitor, cast: Cast) -> None:
    assert olive.get("discard").status_code == 302
    olive.fill("item", {"label_en": "Why now?"}, kind="question", code="motivation")
    olive.fill("item", {"label_en": ""}, kind="question", code="project")
    page = olive.get("discard").content.decode()
    assert "Why now?" in page
    assert "1 unfinished thing goes too." in page
    olive.fill("discard", {})
    assert not WorkingCopy.objects.exists()
    event = AuditEvent.objects.get(verb="builder.discarded")
    assert "Why" not in str(event.data)


def test_the_working_copy_is_a_file(olive: Visitor, cast: Cast) -> None:
    assert olive.get("download").content.decode() == SMALL
    olive.do("down:question:full_name")
    assert olive.get("download").content.decode() == copy_of(cast).text


def test_observers_read_and_change_nothing(cast: Cast, clock: Clock, olive: Visitor) -> None:
    olive.do("down:question:full_name")
    oscar = Visitor(cast, cast.observer)
    page = oscar.get("form")
    assert page.status_code == 200
    assert "Add a question" not in page.content.decode()
    assert 'name="do"' not in page.content.decode()
    assert oscar.post("act", {"do": "undo:"}).status_code == 403
    for deed in (services.begin,):
        with pytest.raises(NotAllowed):
            deed(cohort=cast.cohort, actor=cast.observer, now=clock.at)
    with pytest.raises(NotAllowed):
        services.discard(cohort=cast.cohort, actor=cast.reviewer, now=clock.at, seen=1)


def test_another_house_sees_nothing(cast: Cast, clock: Clock) -> None:
    assert Visitor(cast, cast.stranger).get("form").status_code == 404


def test_a_file_replaced_meanwhile_is_laid_under_the_form(olive: Visitor, cast: Cast) -> None:
    olive.fill("item", {"label_en": "Why now?"}, kind="question", code="motivation")
    olive.fill("item", {"level0_en": "Hardly any"}, kind="criterion", code="drive")
    text = SMALL.replace("reads = 2", "reads = 3").replace("Your full name", "Name in full")
    programmes.replace_file(
        cohort=cast.cohort,
        text=text,
        actor=cast.organiser,
        now=olive.cast.cohort.first_day.replace(year=2026),
        seen=1,
    )
    page = olive.get("form").content.decode()
    assert "Somebody replaced the programme file" in page
    assert "Lay your form upon the new file first" in olive.get("publish").content.decode()
    olive.do("lay:")
    copy = copy_of(cast)
    plan = file.read(copy.text)
    assert plan.review.reads == 3
    assert plan.review.criteria[0].levels[0].label["en"] == "Hardly any"
    assert "Why now?" in copy.text
    assert "Your full name" in copy.text
    assert copy.base.number == 2
    assert "Name in full" in olive.get("publish").content.decode()


def test_a_stale_discard_is_refused(cast: Cast, clock: Clock) -> None:
    services.begin(cohort=cast.cohort, actor=cast.organiser, now=clock.at)
    with pytest.raises(Stale):
        services.discard(cohort=cast.cohort, actor=cast.organiser, now=clock.at, seen=7)


def _queries(visitor: Visitor, name: str, **words: object) -> int:
    visitor.get(name, **words)
    with CaptureQueriesContext(
        connection,
    ) as found:
        assert visitor.get(name, **words).status_code == 200
    return len(found)


def _large() -> str:
    """The small programme with a hundred sections and three hundred questions more."""
    parts = []
    for page in range(100):
        parts.append(
            f'[[application.sections]]\ncode = "s{page}"\ntitle = {{ en = "S {page}", fr = "R {page}" }}\n'
        )
        parts += [
            f'[[application.sections.questions]]\ncode = "q{page}_{place}"\nkind = "long"\n'
            f'label = {{ en = "Q {page} {place}", fr = "Q {page} {place}" }}\n'
            for place in range(3)
        ]
    return SMALL.replace("\n[review]\n", "\n" + "\n".join(parts) + "\n[review]\n")


def test_queries_do_not_grow_with_the_form(clock: Clock) -> None:
    counts = {}
    for house, plan in (("few", SMALL), ("many", _large())):
        cast = gather(text=plan, house=house)
        visitor = Visitor(cast, cast.organiser)
        visitor.fill("item", {"label_en": ""}, kind="question", code="motivation")
        visitor.do("down:question:full_name")
        pages = {
            "form": {},
            "item": {"kind": "question", "code": "motivation"},
            "publish": {},
            "preview": {},
            "preview-section": {"section": "essays"},
        }
        counts[house] = [_queries(visitor, name, **words) for name, words in pages.items()]
    assert counts["few"] == counts["many"]
    assert max(counts["many"]) <= 15, counts


def test_the_desk_tells_of_a_working_copy(olive: Visitor, cast: Cast) -> None:
    olive.do("down:question:full_name")
    desk = olive.client.get("/home-lab/small/2027/desk/").content.decode()
    assert "Changes of the form wait" in desk


def test_digests_name_what_is_said() -> None:
    assert digest({"a": 1, "b": 2}) == digest({"b": 2, "a": 1}) != digest({"a": 1})


def test_going_back_in_the_browser_and_saving_other_words_loses_none(olive: Visitor, cast: Cast) -> None:
    first = fields(olive.get("item", kind="question", code="motivation"))
    for _press in range(2):
        done = olive.post("item", {**first, "label_en": "Why now?"}, kind="question", code="motivation")
        assert done.status_code == 302
    assert copy_of(cast).number == 1
    again = olive.post("item", {**first, "label_en": "Why at all?"}, kind="question", code="motivation")
    assert again.status_code == 409
    assert "Why now?" in again.content.decode()
    assert "Why at all?</textarea>" in again.content.decode()
    new = fields(olive.get("new", "?section=you", kind="question"))
    for words in ("One more", "And another"):
        olive.post("new", {**new, "label_en": words, "label_fr": words}, kind="question")
    assert {"one_more", "and_another"} <= set(codes(cast))
