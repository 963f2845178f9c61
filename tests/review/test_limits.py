"""What reviewers said about their time decides how much they are given."""

from datetime import date

import pytest

from tests.cast import Cast
from tests.review.world import apply, give_out, reviewers
from tests.visiting import page, signed_in
from tremplin.core.errors import Invalid
from tremplin.people.models import User
from tremplin.review import rules, services
from tremplin.review.models import Assignment, ReviewerProfile


@pytest.mark.parametrize(
    ("away", "days"),
    [
        ((None, None), 10),
        ((date(2027, 3, 3), date(2027, 3, 4)), 8),
        ((date(2027, 2, 1), date(2027, 3, 1)), 9),
        ((date(2027, 3, 9), date(2027, 4, 1)), 8),
        ((date(2027, 1, 1), date(2027, 12, 31)), 0),
        ((date(2026, 1, 1), date(2026, 2, 1)), 10),
    ],
)
def test_days_of_reading_are_those_on_which_one_is_not_away(
    away: tuple[date | None, date | None], days: int
) -> None:
    assert rules.days_left(today=date(2027, 3, 1), ends=date(2027, 3, 10), away=away) == days


def test_hours_make_a_number_of_reads_and_what_was_said_caps_it() -> None:
    assert rules.room(hours=None, minutes=20, days=7) is None
    assert rules.room(hours=4, minutes=20, days=7) == 12
    assert rules.room(hours=4, minutes=20, days=0) == 0
    assert rules.most_reads(capacity=None, done=3, room=None) is None
    assert rules.most_reads(capacity=10, done=3, room=12) == 10
    assert rules.most_reads(capacity=None, done=3, room=4) == 7


def test_what_was_begun_stays_longest_and_goes_only_if_it_is_meant_to() -> None:
    reads = ["a", "b", "c", "d"]
    assert rules.given_up(reads, {"c"}, keep=2) == ["b", "d"]
    assert rules.given_up(reads, {"c"}, keep=0) == ["a", "b", "d"]
    assert rules.given_up(reads, {"c"}, keep=0, begun_too=True) == ["c", "a", "b", "d"]
    assert rules.given_up(reads, set(), keep=9) == []


def say(cast: Cast, user: User, **said: object) -> ReviewerProfile:
    return services.set_profile(
        cohort=cast.cohort,
        reviewer=user,
        actor=user,
        now=cast.at("call_opens", days=1),
        languages=["en", "fr"],
        **said,  # type: ignore[arg-type]
    )


def loads(cast: Cast) -> dict[User, int]:
    rows = Assignment.objects.filter(cohort=cast.cohort, state="assigned").select_related("reviewer")
    found: dict[User, int] = {}
    for row in rows:
        found[row.reviewer] = found.get(row.reviewer, 0) + 1
    return found


def test_loads_follow_the_hours_that_reviewers_have(cast: Cast) -> None:
    third, fourth = reviewers(cast, 2)
    for user, hours in ((cast.reviewer, 2), (cast.second_reviewer, 4), (third, 6), (fourth, 4)):
        say(cast, user, hours=hours)
    apply(cast.cohort, 16, now=cast.at("call_opens", days=2))
    assert give_out(cast, cast.at("call_opens", days=3)).missing == 0
    assert loads(cast) == {cast.reviewer: 4, cast.second_reviewer: 8, third: 12, fourth: 8}


def test_who_did_not_say_counts_as_somebody_in_the_middle(cast: Cast) -> None:
    (third,) = reviewers(cast, 1)
    say(cast, cast.reviewer, hours=2)
    say(cast, cast.second_reviewer, hours=6)
    apply(cast.cohort, 12, now=cast.at("call_opens", days=2))
    give_out(cast, cast.at("call_opens", days=3))
    assert loads(cast) == {cast.reviewer: 4, cast.second_reviewer: 12, third: 8}


def test_hours_never_leave_a_read_out_that_limits_would_allow(cast: Cast) -> None:
    say(cast, cast.reviewer, hours=1)
    say(cast, cast.second_reviewer, hours=20)
    apply(cast.cohort, 5, now=cast.at("call_opens", days=2))  # each needs both
    assert give_out(cast, cast.at("call_opens", days=3)).missing == 0


def test_nobody_is_given_more_than_their_time_allows(cast: Cast) -> None:
    say(cast, cast.reviewer, hours=1)
    apply(cast.cohort, 40, now=cast.at("call_opens", days=2))
    now = cast.at("reading_ends", days=-6)  # six days are left
    preview = give_out(cast, now)
    most = rules.room(hours=1, minutes=cast.cohort.plan.review.minutes, days=6)  # type: ignore[union-attr]
    assert loads(cast)[cast.reviewer] == most
    assert preview.missing == 40 - (most or 0)
    assert {row.reason for row in preview.short} == {"capacity"}


def test_once_reading_should_have_ended_time_sets_no_limit(cast: Cast) -> None:
    say(cast, cast.reviewer, hours=1)
    apply(cast.cohort, 30, now=cast.at("call_opens", days=2))
    assert give_out(cast, cast.at("reading_ends", days=1)).missing == 0


def test_who_is_away_is_given_nothing_until_they_are_back(cast: Cast) -> None:
    now = cast.at("call_opens", days=3)
    say(cast, cast.reviewer, away_from=now.date(), away_until=now.date())
    reviewers(cast, 2)
    apply(cast.cohort, 6, now=cast.at("call_opens", days=2))
    give_out(cast, now)
    assert cast.reviewer not in loads(cast)
    apply(cast.cohort, 6, now=cast.at("call_opens", days=4), prefix="late")
    give_out(cast, cast.at("call_opens", days=4))
    assert loads(cast)[cast.reviewer] > 0


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"away_from": date(2027, 2, 2)}, "away_until"),
        ({"away_until": date(2027, 2, 2)}, "away_from"),
        ({"away_from": date(2027, 2, 2), "away_until": date(2027, 2, 1)}, "away_until"),
        ({"institutions": "x" * 2001}, "institutions"),
    ],
)
def test_days_that_make_no_sense_are_refused_by_name(cast: Cast, said: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as fault:
        say(cast, cast.reviewer, **said)
    assert list(fault.value.errors) == [field]


def test_a_refusal_stands_beside_its_field_with_all_that_was_typed(cast: Cast) -> None:
    answer = signed_in(cast.reviewer).post(
        page(cast, "review:profile"),
        {"languages": ["en"], "away_from": "2027-02-02", "institutions": "Université de Lyon"},
    )
    assert answer.status_code == 422
    assert "Give the last day on which you are away, too." in answer.content.decode()
    assert "Université de Lyon" in answer.content.decode()
