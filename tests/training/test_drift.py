"""Who may need a word, early: signs of one scholar at a time, seen by who helps and by the scholar."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast, speaks
from tests.mentoring.world import crowd
from tests.training.world import hand_in, plan, post, scholar_of
from tests.visiting import Clock, page, signed_in
from tremplin.selection.models import Scholar, ScholarState
from tremplin.training import queries, rules
from tremplin.training.models import LabSubmission, SubmissionState

NOW = datetime(2027, 5, 10, 9, tzinfo=UTC)
Counter = Callable[[Client, str], int]


def weeks(*done: str, hours: int = 30) -> list[dict[str, Any]]:
    return [{"week": week, "hours": hours, "done": each} for week, each in enumerate(done, start=1)]


def kinds(plan_: list[dict[str, Any]], *, week: int, **changed: Any) -> list[str]:
    given = {"last_seen": NOW, "now": NOW, "posts": [week], "cadence": "weekly", **changed}
    return [one.kind for one in rules.drift(plan_, week=week, **given)]


@pytest.mark.parametrize(("days", "found"), [(9, []), (10, ["quiet"])])
def test_ten_quiet_days_are_a_sign(days: int, found: list[str]) -> None:
    assert kinds(weeks("yes", "no"), week=2, last_seen=NOW - timedelta(days=days)) == found


def test_two_weeks_in_a_row_that_nobody_looked_back_at_are_a_sign() -> None:
    assert kinds(weeks("yes", "no", "no", "no"), week=3) == []
    assert kinds(weeks("yes", "no", "no", "no"), week=4) == ["unlooked"]
    looked = weeks("no", "no", "no")
    looked[1]["spent"] = 20
    assert "unlooked" not in kinds(looked, week=4)


def test_work_that_was_neither_done_nor_moved_is_a_sign_from_a_week_and_a_half_on() -> None:
    behind = weeks("partly", "partly", "partly", "partly")
    assert kinds(behind, week=5) == ["behind"]
    for one in behind:
        one["left"] = True
    assert kinds(behind, week=5) == []


@pytest.mark.parametrize(
    ("cadence", "posts", "found"),
    [("weekly", [1], ["journal"]), ("weekly", [2], []), ("fortnightly", [], []), ("free", [], [])],
)
def test_three_weeks_without_a_post_are_a_sign_where_posts_are_weekly(
    cadence: str, posts: list[int], found: list[str]
) -> None:
    assert kinds(weeks(*["yes"] * 5), week=5, posts=posts, cadence=cadence) == found


def test_nothing_is_a_sign_before_training() -> None:
    assert kinds(weeks("no"), week=0, last_seen=NOW - timedelta(days=90), posts=[]) == []


def tried(*broken: str, passed: bool = False) -> list[rules.Try]:
    return [
        rules.Try("softmax", [{"id": "shape", "passed": True}, {"id": each, "passed": False}], passed)
        for each in broken
    ]


def test_four_tries_that_break_on_the_same_check_are_stuck_until_one_passes() -> None:
    assert rules.stuck_at(tried("a", "a", "a")) == []
    assert [(one.check, one.tries) for one in rules.stuck_at(tried("a", "a", "a", "a", "b"))] == [("a", 4)]
    assert rules.stuck_at(tried("b", "a", "a", "a", "a")) == []
    assert rules.stuck_at([*tried("a", "a", "a", "a"), rules.Try("softmax", [], True)]) == []


def stuck(scholar: Scholar, times: int = 4) -> None:
    checks = [
        {"id": "softmax-stable", "passed": False, "title": {"en": "Large scores", "fr": "Grands scores"}}
    ]
    for _ in range(times):
        row = hand_in(scholar)
        LabSubmission.objects.filter(pk=row.pk).update(
            state=SubmissionState.GRADED, score=0.5, report={"checks": checks}
        )


def test_mentor_organiser_and_scholar_read_the_same_reasons_and_observers_none(
    cast: Cast, clock: Clock
) -> None:
    scholar = scholar_of(cast)
    for who in (cast.scholar, cast.mentor, cast.organiser, cast.observer):
        speaks(who, "en")
    stuck(scholar)
    clock.at = cast.at("training_starts", days=12)
    said = "The last 4 tries at the lab"
    one, everyone = page(cast, "training:scholar", ref=scholar.ref), page(cast, "training:scholars")
    for who, path in (
        (cast.scholar, page(cast, "training:home")),
        (cast.mentor, one),
        (cast.organiser, one),
        (cast.mentor, everyone),
        (cast.organiser, everyone),
    ):
        text = signed_in(who).get(path).text
        assert said in text
        assert "Large scores" in text
    assert (
        "Your mentor and the organisers see this too"
        in signed_in(cast.scholar).get(page(cast, "training:home")).text
    )
    for path in (one, everyone):
        assert said not in signed_in(cast.observer).get(path).text


def test_nobody_drifts_in_a_pause_nor_on_the_day_after_it(cast: Cast) -> None:
    scholar = scholar_of(cast)
    now = cast.at("training_starts", weeks=6)
    assert queries.drifting([scholar], cast.cohort, now=now)[scholar.pk]
    scholar.state, scholar.stopped_at = ScholarState.PAUSED, cast.at("training_starts", days=1)
    assert queries.drifting([scholar], cast.cohort, now=now) == {}
    scholar.state, scholar.stopped_at = ScholarState.ENROLLED, None
    scholar.pauses = [[cast.at("training_starts", days=1).isoformat(), (now - timedelta(days=1)).isoformat()]]
    assert queries.drifting([scholar], cast.cohort, now=now)[scholar.pk] == []


def test_saving_a_plan_or_a_draft_is_a_sign_of_life(cast: Cast) -> None:
    scholar = scholar_of(cast)
    now = cast.at("training_starts", days=10)

    def quiet() -> bool:
        found = queries.drifting([scholar], cast.cohort, now=now)[scholar.pk]
        return any(one.kind == "quiet" for one in found)

    assert quiet()
    plan(scholar, "Vectors")
    scholar.syllabus.saved_at = now - timedelta(days=1)
    scholar.syllabus.save()
    assert not quiet()


def test_reasons_of_many_scholars_need_as_many_queries_as_of_one(
    cast: Cast, clock: Clock, queries_of: Counter
) -> None:
    clock.at = cast.at("training_starts", days=20)
    client, path = signed_in(cast.organiser), page(cast, "training:scholars")

    def fill(count: int, prefix: str) -> None:
        for row in crowd(cast, count, prefix=prefix):
            row.cohort = cast.cohort
            plan(row, "Vectors")
            post(row)
            stuck(row, 2)

    fill(1, "one")
    client.get(path)
    few = queries_of(client, path)
    fill(12, "many")
    assert queries_of(client, path) == few <= 15
