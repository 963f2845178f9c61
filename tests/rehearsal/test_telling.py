"""What a rehearsal found, told: each way in which a plan can break has its sentence, in both languages."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.utils import translation

from tests.cast import Cast
from tests.visiting import page, signed_in
from tremplin.programmes.roles import Role
from tremplin.rehearsal import desk, words
from tremplin.rehearsal.models import Rehearsal
from tremplin.rehearsal.population.population import Population
from tremplin.rehearsal.report import content
from tremplin.rehearsal.stage import Play

AT = datetime(2027, 5, 3, 9, tzinfo=UTC)
MISHAPS: list[tuple[str, dict[str, Any], str]] = [
    ("reads_without_reader", {"count": 1}, "1 read finds no reader"),
    ("reads_without_reader", {"count": 7}, "7 reads find no reader"),
    ("decisions_late", {}, "Decisions were not ready on their day"),
    ("scholars_without_mentor", {"count": 2}, "2 scholars find no mentor"),
    ("mentor_silent", {"replaced": True}, "Another one took over"),
    ("mentor_silent", {}, "nobody had room to take over"),
    ("one_finance_person", {}, "Money needs two people"),
    ("payment_late", {"waits_for": "payee-form"}, "it waited for payment details"),
    ("payment_late", {"waits_for": "gate"}, "it waited for a check-in"),
    ("payment_opened", {"checkin": "week-2"}, "An organiser opened its payment and wrote why"),
    ("scholar_ill", {"weeks": 1}, "got 1 more week, with every payment"),
    ("scholar_ill", {"weeks": 3}, "got 3 more weeks, with every payment"),
    ("gate_shut", {}, "not ready for its public page"),
    ("refused", {"reason": "There is no place left."}, "selection: There is no place left."),
    ("something-new", {}, "something-new"),
]


def told(what: str, facts: dict[str, Any]) -> str:
    row = {"at": AT.isoformat(), "where": "selection", "what": what, "facts": facts}
    ((when, text),) = words.mishaps({"mishaps": [row]})
    assert when == AT
    return text


@pytest.mark.parametrize(("what", "facts", "sentence"), MISHAPS)
def test_each_way_to_break_has_its_sentence(what: str, facts: dict[str, Any], sentence: str) -> None:
    assert sentence in told(what, facts)


@pytest.mark.parametrize(
    ("what", "facts"),
    [(what, facts) for what, facts, _text in MISHAPS if what not in {"refused", "something-new"}],
)
def test_and_its_sentence_in_french(what: str, facts: dict[str, Any]) -> None:
    english = told(what, facts)
    with translation.override("fr"):
        assert told(what, facts) != english


@pytest.fixture
def report(cast: Cast) -> Rehearsal:
    now = cast.at("call_opens", days=1)
    figures = content(
        Play(cast.cohort, seed=1, population=Population(1, (), (), (), (), (), (), ())), until=now
    )
    cast.cohort.invented = True
    return Rehearsal.objects.create(
        cohort=cast.cohort, seed=1, applicants=1, until=now, report=figures, created_at=now
    )


def test_a_play_that_goes_on_says_so_and_does_not_praise_the_plan(cast: Cast, report: Rehearsal) -> None:
    text = "\n".join(words.lines(report.report))
    assert "what comes after is not known yet" in text
    assert "Nowhere" not in text
    client = signed_in(cast.organiser)
    assert "what comes after is not known yet" in client.get(page(cast, "rehearsal:report")).text
    assert "The plan held" not in client.get(page(cast, "desk")).text


def test_a_plan_that_held_is_told_so(report: Rehearsal) -> None:
    report.report["whole"] = True
    assert "Nowhere. That is rare: try fewer reviewers." in "\n".join(words.lines(report.report))


def test_a_programme_without_reading_or_money_has_no_figures_of_them(report: Rehearsal) -> None:
    titles = [title for title, _rows in words.sections({**report.report, "reading": {}, "money": {}})]
    assert {"Reading", "Money"}.isdisjoint(titles)
    assert "Selection" in titles


@pytest.mark.parametrize(("count", "line"), [(0, "The plan held."), (1, "in 1 place."), (3, "in 3 places.")])
def test_the_report_stands_on_the_desk_of_those_who_run_the_cohort(
    cast: Cast, report: Rehearsal, count: int, line: str
) -> None:
    report.report |= {"mishaps": [{}] * count, "whole": True}
    report.save()
    now = cast.at("call_opens")
    (card,) = desk.cards(cohort=cast.cohort, actor=cast.organiser, roles=frozenset({Role.ORGANISER}), now=now)
    assert card.line.endswith(line)
    assert not desk.cards(cohort=cast.cohort, actor=cast.mentor, roles=frozenset({Role.MENTOR}), now=now)


def test_a_cohort_that_was_never_rehearsed_has_no_report(cast: Cast) -> None:
    now = cast.at("call_opens")
    assert not desk.cards(
        cohort=cast.cohort, actor=cast.organiser, roles=frozenset({Role.ORGANISER}), now=now
    )
    assert signed_in(cast.organiser).get(page(cast, "rehearsal:report")).status_code == 404


def test_programs_read_the_figures_as_they_are(cast: Cast, report: Rehearsal) -> None:
    answer = signed_in(cast.organiser).get(page(cast, "rehearsal:report"), {"format": "json"})
    assert answer.headers["Content-Type"] == "application/json"
    assert json.loads(answer.content) == report.report
