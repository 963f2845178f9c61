"""Agreement by criterion, how reviewers read, told kindly and only to those whom it concerns."""

from collections.abc import Mapping

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import Cast
from tests.review.world import apply, give_out, queries_people, read_all, reviewers
from tests.selection.world import decide, read_cohort
from tests.visiting import page, signed_in, text_of
from tremplin.core.errors import NotAllowed
from tremplin.core.outbox.models import Batch
from tremplin.programmes import services as programmes
from tremplin.review.models import Assignment
from tremplin.review.plan import review_plan
from tremplin.review.queries import ScoredRead
from tremplin.selection import queries, trusting
from tremplin.selection.agreeing import Judged, agreement_of, levels_used
from tremplin.selection.queries.evidence import Habits


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    cache.clear()


def severe(assignment: Assignment) -> dict[str, str]:
    """All see the same of a person in `drive`; in `making` the two agree on half of the people and are far apart on
    the others, so one read foretells nothing of the other. The last reviewer is two levels stricter."""
    place, first = standing(assignment)
    last = assignment.reviewer.email.startswith("reader3.")
    making = ("1", "5") if place % 2 else ("5", "1")
    return {
        "drive": str(max(1, 2 + place % 4 - 2 * last)),
        "making": making[0 if first else place // 2 % 2],
    }


def standing(assignment: Assignment) -> tuple[int, bool]:
    """Which application of the cohort it is, and whether it is its first read: the numbers of rows are chance."""
    earlier = assignment.cohort.applications.filter(pk__lt=assignment.application_id).count()
    reads = assignment.application.assignments.filter(pk__lt=assignment.pk)
    return earlier, not reads.exists()


def read_by_six(cast: Cast, many: int = 40) -> None:
    reviewers(cast, 4)
    read_cohort(cast, many, severe)


def release(cast: Cast) -> None:
    for batch in Batch.objects.filter(scope=cast.cohort.scope, state="open"):
        programmes.release(
            cohort=cast.cohort, batch=batch, actor=cast.organiser, now=cast.at("decisions_out")
        )


def test_each_criterion_has_its_agreement_with_its_doubt_and_what_would_mend_it(cast: Cast) -> None:
    read_by_six(cast)
    found = queries.trust(cast.cohort, cast.organiser).agreement
    assert found is not None
    drive, making = found.criteria
    assert (drive.code, making.code) == ("drive", "making")
    for low, value, high in ((row[1], row[0], row[2]) for row in (drive.one_read, drive.alpha) if row):
        assert low < value < high
    assert (drive.level, making.level) == ("well", "hardly")
    assert trusting.advice(drive, None) == []
    assert "talk over" in trusting.advice(making, None)[0]
    told = text_of(signed_in(cast.organiser), page(cast, "selection:evidence"))
    assert "Marks hardly agree" in told
    assert "Reviewers agree well" in told
    assert told.count("Krippendorff") == 2


def test_before_ten_people_were_read_twice_nothing_is_said(cast: Cast) -> None:
    read_cohort(cast, 9)
    assert queries.trust(cast.cohort, cast.organiser).agreement is None
    told = text_of(signed_in(cast.organiser), page(cast, "selection:evidence"))
    assert "Too early to say" in told
    cast.cohort.assignments.all().delete()
    assert "Too early to say" in text_of(signed_in(cast.organiser), page(cast, "selection:evidence"))


def test_a_strict_reviewer_is_told_of_in_words_and_in_the_order_of_names(cast: Cast) -> None:
    read_by_six(cast)
    rows = queries.readers(cast.cohort, cast.organiser)
    names = [row.user.name_folded for row in rows]
    assert names == sorted(names)
    strict = next(row for row in rows if row.user.email.startswith("reader3."))
    assert strict.habits is not None
    assert strict.habits.high < 0
    assert "stricter than the middle. It is added back." in trusting.severity(strict.habits)
    told = text_of(signed_in(cast.organiser), page(cast, "selection:evidence"))
    assert strict.user.get_full_name() in told
    assert strict.habits.minutes == 5


def test_observers_see_agreement_and_no_reviewer_and_others_nothing(cast: Cast) -> None:
    read_by_six(cast)
    told = text_of(signed_in(cast.observer), page(cast, "selection:evidence"))
    assert "Agreement, criterion by criterion" in told
    for reader in queries_people(cast):
        assert reader.get_full_name() not in told
    with pytest.raises(NotAllowed):
        queries.readers(cast.cohort, cast.observer)
    for person in (cast.reviewer, cast.mentor):
        with pytest.raises(NotAllowed):
            queries.trust(cast.cohort, person)


def test_reviewers_see_how_they_read_themselves_once_everybody_has_heard(cast: Cast) -> None:
    read_by_six(cast)
    strict = next(user for user in queries_people(cast) if user.email.startswith("reader3."))
    client = signed_in(strict)
    assert "after the decisions" in text_of(client, page(cast, "selection:own-reading"))
    decide(cast)
    assert queries.own_habits(cast.cohort, strict) is None, "the mails have not gone"
    release(cast)
    told = text_of(client, page(cast, "selection:own-reading"))
    assert "stricter than the middle of all reviewers" in told
    assert "no right severity" in told
    for reader in queries_people(cast):
        if reader != strict:
            assert reader.get_full_name() not in told
    assert queries.own_habits(cast.cohort, cast.organiser) is None


def test_a_reviewer_who_read_little_hears_that_nothing_can_be_told(cast: Cast) -> None:
    read_cohort(cast, 3, severe)
    decide(cast)
    release(cast)
    assert "Too few reads to say" in text_of(signed_in(cast.reviewer), page(cast, "selection:own-reading"))


def test_what_was_worked_out_is_kept_until_a_read_changes(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_by_six(cast, 20)
    first = queries.trust(cast.cohort, cast.organiser)
    monkeypatch.setattr("tremplin.review.queries.scored_reads", lambda _cohort: pytest.fail("asked again"))
    assert queries.trust(cast.cohort, cast.organiser) == first
    monkeypatch.undo()
    apply(cast.cohort, 1, now=cast.at("call_opens", days=3), prefix="late")
    give_out(cast)
    read_all(cast, severe)
    assert queries.trust(cast.cohort, cast.organiser).reads == first.reads + 2


def test_the_page_asks_the_database_as_often_for_many_as_for_few(cast: Cast) -> None:
    def asked() -> int:
        cache.clear()
        client = signed_in(cast.organiser)
        client.get(page(cast, "selection:evidence"))
        with CaptureQueriesContext(connection) as found:
            client.get(page(cast, "selection:evidence"))
        return len(found)

    read_by_six(cast, 12)
    few = asked()
    apply(cast.cohort, 30, now=cast.at("call_opens", days=3), prefix="more")
    give_out(cast)
    read_all(cast, severe)
    assert asked() == few <= 15


def read(application: int, reviewer: int, **scores: int | str) -> ScoredRead:
    return ScoredRead(application, reviewer, 50.0, scores, "", 1)


def test_levels_that_crowd_and_criteria_left_open_are_named(cast: Cast) -> None:
    scored = [
        read(
            n,
            r,
            drive=3 if n % 5 else 1 + n % 4,
            making="cannot_judge" if (n + r) % 3 == 0 else 1 + 2 * (n % 3),
        )
        for n in range(30)
        for r in range(2)
    ]
    found = agreement_of(review_plan(cast.cohort), scored)
    assert found is not None
    drive, making = found.criteria
    assert any("stand on one level" in text for text in trusting.advice(drive, None))
    assert any("left open" in text for text in trusting.advice(making, None))
    assert any("marked the whole" in text for text in trusting.advice(making, 0.9))
    assert (making.marks, making.left_open) == (40, 20)


def test_a_criterion_in_which_all_marks_are_the_same_has_no_figure(cast: Cast) -> None:
    scored = [read(n, r, drive=1 + (n + r) % 4, making=3) for n in range(30) for r in range(2)]
    found = agreement_of(review_plan(cast.cohort), scored)
    assert found is not None
    assert (found.criteria[1].one_read, found.criteria[1].alpha, found.criteria[1].level) == (
        None,
        None,
        None,
    )


@pytest.mark.parametrize(
    ("figures", "said"),
    [
        ({"low": -3.0, "high": 9.0}, "cannot be told from the middle"),
        ({"shift": 6.0, "low": 2.0, "high": 10.0}, "more generous"),
        ({"shift": -6.0, "low": -10.0, "high": -2.0}, "stricter"),
    ],
)
def test_a_persons_own_severity_in_words(figures: Mapping[str, float], said: str) -> None:
    habits = _habits(**figures)
    assert said in trusting.own_severity(habits)


def test_consistency_and_use_of_the_scale_in_words() -> None:
    assert trusting.consistency(_habits(noise=None)) == ""
    assert "little more" in trusting.consistency(_habits(noise=0.7))
    assert "little less" in trusting.consistency(_habits(noise=1.5))
    assert "As even" in trusting.consistency(_habits(noise=1.0))
    assert "middle of the scale" in trusting.use_of_scale(_habits(stretch=0.7))
    assert "ends of the scale" in trusting.use_of_scale(_habits(stretch=1.4))
    assert "as most do" in trusting.use_of_scale(_habits(stretch=1.0))
    assert trusting.use_of_scale(_habits(stretch=None)).startswith("10")


def _habits(**changed: float | None) -> Habits:
    values: dict[str, object] = {
        "reads": 20, "minutes": 9, "shift": 3.0, "low": -1.0, "high": 7.0, "noise": 1.0, "stretch": 1.0,
        "levels": (0.1, 0.7, 0.2), **changed,
    }  # fmt: skip
    return Habits(**values)  # type: ignore[arg-type]


def test_levels_are_counted_by_the_ends_of_each_criterion(cast: Cast) -> None:
    criteria = review_plan(cast.cohort).criteria
    scores: list[dict[str, int | str]] = [{"drive": 1, "making": 5}, {"drive": 3, "making": "cannot_judge"}]
    assert levels_used(criteria, scores) == pytest.approx((1 / 3, 1 / 3, 1 / 3))
    assert levels_used(criteria, []) == (0.0, 0.0, 0.0)
    assert Judged("x", 0, 0, 0.0, None, None).level is None
