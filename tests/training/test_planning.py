"""Pages on which scholars begin a plan, change all of it, and look back at a week."""

from typing import Any

import pytest

from tests.cast import Cast, enrol, person, speaks
from tests.training.world import plan, post, scholar_of
from tests.visiting import Clock, page, signed_in
from tremplin.core.errors import Conflict, NotAllowed
from tremplin.programmes.models import Cohort, CohortDate, Programme
from tremplin.selection.models import Scholar
from tremplin.training import queries, rules, services
from tremplin.training.models import Syllabus

MARKER = "xylophone-4711"


def weeks_of(scholar: Scholar) -> list[dict[str, Any]]:
    return list(Syllabus.objects.get(scholar=scholar).weeks)


def look_back_form(version: int = 1, **changed: str) -> dict[str, str]:
    return {
        "done": "partly",
        "spent": "44",
        "rest": "next",
        "note": "Slow.",
        "version": str(version),
        **changed,
    }


def test_a_plan_of_the_curriculum_becomes_ones_own(cast: Cast, clock: Clock) -> None:
    scholar = scholar_of(cast)
    client = signed_in(cast.scholar)
    speaks(cast.scholar, "en")
    shown = client.get(page(cast, "training:home")).text
    assert "Course first, then project" in shown
    assert "suggested here" in shown
    assert client.post(page(cast, "training:begin"), {"plan": "course-first"}).status_code == 302
    weeks = weeks_of(scholar)
    assert len(weeks) == cast.cohort.plan.training.weeks  # type: ignore[union-attr]
    assert all(week["goal"] for week in weeks)
    assert weeks[0]["labs"] == ["softmax"], "labs that the programme offers, and no other"
    assert [item["required"] for item in weeks[0]["resources"]][:2] == [True, False]


def test_a_plan_that_was_written_meanwhile_is_not_replaced(cast: Cast, clock: Clock) -> None:
    scholar = scholar_of(cast)
    plan(scholar, MARKER)
    signed_in(cast.scholar).post(page(cast, "training:begin"), {"plan": "course-first"})
    assert weeks_of(scholar)[0]["goal"] == MARKER


def test_there_is_no_beginning_from_a_plan_that_nobody_knows(cast: Cast, clock: Clock) -> None:
    scholar_of(cast)
    speaks(cast.scholar, "en")
    answer = signed_in(cast.scholar).post(page(cast, "training:begin"), {"plan": "none"}, follow=True)
    assert "Choose one of the plans" in answer.text
    assert not Syllabus.objects.exists()


@pytest.mark.parametrize("count", [8, 13, 16])
def test_a_plan_is_laid_over_the_weeks_that_there_are(count: int) -> None:
    from tremplin.curriculum import units

    known = {unit.code: unit for unit in units.units()}
    for one in units.plans():
        weeks = rules.started_from(one, known, count=count, offered=["softmax", "tokens"], language="fr")
        numbers = [week["week"] for week in weeks]
        assert numbers == list(range(1, min(count, 13) + 1))
        assert sorted(lab for week in weeks for lab in week["labs"]) == ["softmax", "tokens"]
        assert max(week["hours"] for week in weeks) <= rules.FULL_WEEK


def test_all_weeks_are_changed_at_once_and_what_else_they_hold_stays(cast: Cast, clock: Clock) -> None:
    scholar = scholar_of(cast)
    client, address = signed_in(cast.scholar), page(cast, "training:plan")
    assert client.post(address, {"goal-1": "Vectors", "hours-1": "30", "version": "0"}).status_code == 302
    week = {"goal": "Vectors", "resources": "Book https://example.org/book", "links": "Notes", "version": "1"}
    assert client.post(page(cast, "training:week", number=1), week).status_code == 302
    answer = client.post(address, {"goal-1": "Vectors", "goal-2": MARKER, "hours-2": "20", "version": "2"})
    assert answer.status_code == 302
    first, second = weeks_of(scholar)[:2]
    assert (first["resources"][0]["title"], first["links"][0]["title"]) == ("Book", "Notes")
    assert (second["goal"], second["hours"]) == (MARKER, 20)


def test_an_old_page_of_all_weeks_shows_both_and_can_be_sent_again(cast: Cast, clock: Clock) -> None:
    scholar = scholar_of(cast)
    plan(scholar, MARKER)
    client, address = signed_in(cast.scholar), page(cast, "training:plan")
    answer = client.post(address, {"goal-1": "My own goal", "version": "0"})
    assert answer.status_code == 409
    assert MARKER in answer.text
    assert "My own goal" in answer.text
    assert client.post(address, {"goal-1": "My own goal", "version": "1"}).status_code == 302
    assert weeks_of(scholar)[0]["goal"] == "My own goal"


def test_what_cannot_be_kept_whole_is_refused_with_its_line_and_stays_on_the_page(
    cast: Cast, clock: Clock
) -> None:
    scholar_of(cast)
    speaks(cast.scholar, "en")
    client, address = signed_in(cast.scholar), page(cast, "training:week", number=1)
    for resources, said in (
        ("Good https://example.org\nBad ftp://example.org", "Line 2: an address begins with https://"),
        ("x" * 201, "Line 1 is too long"),
        ("\n".join(map(str, range(21))), "at most 20 lines"),
    ):
        answer = client.post(address, {"goal": MARKER, "resources": resources, "version": "0"})
        assert answer.status_code == 422
        assert said in answer.text
        assert MARKER in answer.text
    assert not Syllabus.objects.exists()


def test_looking_back_takes_the_rest_along_and_leads_to_the_next_week(cast: Cast, clock: Clock) -> None:
    scholar = scholar_of(cast)
    plan(scholar, "Vectors", "Matrices")
    client, address = signed_in(cast.scholar), page(cast, "training:look-back", number=1)
    assert "Vectors" in client.get(address).text
    answer = client.post(address, look_back_form())
    assert answer.headers["Location"].endswith("/training/week/2/")
    first, second = weeks_of(scholar)[:2]
    assert (first["done"], first["spent"], second["goal"], second["hours"]) == (
        "partly",
        44,
        "Vectors · Matrices",
        45,
    )
    again = client.get(address).text
    assert 'name="rest"' not in again, "what was left has gone on already"


def test_looking_back_from_an_old_page_keeps_what_was_typed(cast: Cast, clock: Clock) -> None:
    scholar = scholar_of(cast)
    plan(scholar, "Vectors")
    plan(scholar, "Matrices", version=1)
    client, address = signed_in(cast.scholar), page(cast, "training:look-back", number=1)
    answer = client.post(address, look_back_form(note=MARKER))
    assert answer.status_code == 409
    assert MARKER in answer.text
    assert client.post(address, look_back_form(2, note=MARKER)).status_code == 302
    assert weeks_of(scholar)[0]["note"] == MARKER


def test_the_last_week_offers_no_week_after_it(cast: Cast, clock: Clock) -> None:
    scholar = scholar_of(cast)
    plan(scholar, "Vectors")
    client, address = signed_in(cast.scholar), page(cast, "training:look-back", number=13)
    shown = client.get(address).text
    assert 'value="push"' not in shown
    assert 'value="drop"' in shown
    assert client.post(address, look_back_form(rest="drop")).headers["Location"].endswith("/training/")


def test_there_is_no_looking_back_without_a_plan_nor_beyond_it(cast: Cast, clock: Clock) -> None:
    scholar = scholar_of(cast)
    client = signed_in(cast.scholar)
    assert client.get(page(cast, "training:look-back", number=1)).status_code == 404
    given: dict[str, Any] = {
        "scholar": scholar,
        "week": 1,
        "done": "yes",
        "spent": 1,
        "note": "",
        "rest": "",
        "reason": "",
        "expected_version": 0,
        "now": cast.at("training_starts"),
    }
    with pytest.raises(Conflict):
        services.look_back(actor=cast.scholar, **given)
    plan(scholar, "Vectors")
    assert client.get(page(cast, "training:look-back", number=14)).status_code == 404
    with pytest.raises(NotAllowed):
        services.look_back(actor=cast.mentor, **{**given, "expected_version": 1})


def test_a_week_leads_to_its_labs_its_post_and_what_came_of_it(cast: Cast, clock: Clock) -> None:
    scholar = scholar_of(cast)
    speaks(cast.scholar, "en")
    speaks(cast.mentor, "en")
    week = {
        "week": 1,
        "goal": "Vectors",
        "hours": 30,
        "labs": ["softmax"],
        "links": [{"title": MARKER, "url": "https://example.org/commit"}],
    }
    services.save_syllabus(
        scholar=scholar, weeks=[week], expected_version=0, actor=cast.scholar, now=cast.at("training_starts")
    )
    entry = post(scholar, 1, title="My first week")
    for who, name, words in (
        (cast.scholar, "training:home", {}),
        (cast.mentor, "training:scholar", {"ref": scholar.ref}),
    ):
        shown = signed_in(who).get(page(cast, name, **words)).text
        assert 'href="https://example.org/commit"' in shown
        assert "My first week" in shown
        assert page(cast, "training:entry", ref=entry.ref) in shown
        assert page(cast, "training:lab", code="softmax") in shown


def test_how_a_plan_changed_is_told_in_words(cast: Cast, clock: Clock) -> None:
    scholar = scholar_of(cast)
    speaks(cast.scholar, "en")
    plan(scholar, "train one model", "Matrices")
    plan(scholar, "train two models", version=1)
    shown = signed_in(cast.scholar).get(page(cast, "training:versions", ref=scholar.ref)).text
    assert "<del>one model</del>" in shown
    assert "<ins>two models</ins>" in shown
    assert "Week 2: dropped “Matrices”." in shown


def test_earlier_cohorts_of_the_institution_set_the_pace_and_no_other(cast: Cast) -> None:
    """Five scholars of the other cohort kept plans of 20 hours: they count once their training is over."""
    rival, now = cast.rival_cohort, cast.at("training_starts")
    for number in range(5):
        scholar = enrol(cast, person(f"Earlier {number}"))
        Scholar.objects.filter(pk=scholar.pk).update(cohort=rival)
        weeks = [{"week": 1, "hours": 20, "done": "yes"}]
        Syllabus.objects.create(scholar=scholar, weeks=weeks, saved_at=now, created_at=now)
    CohortDate.objects.filter(cohort=rival, code="training_ends").update(at=cast.at("call_opens"))
    assert queries.earlier_pace(cast.cohort, now=now) == rules.REHEARSED, "another institution"
    Programme.objects.filter(pk=rival.programme.pk).update(
        institution=cast.cohort.programme.institution, slug="earlier"
    )
    found = queries.earlier_pace(cast.cohort, now=now)
    assert (found.people, found.middle, found.source) == (5, 20.0, "cohorts")
    assert queries.earlier_pace(cast.cohort, now=cast.at("call_opens", days=-1)) == rules.REHEARSED
    rival = Cohort.objects.get(pk=rival.pk)
    assert queries.earlier_pace(rival, now=now) == rules.REHEARSED, "nobody's own cohort counts as earlier"
