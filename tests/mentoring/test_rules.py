from datetime import UTC, datetime, timedelta

import pytest

from tremplin.mentoring import rules
from tremplin.programmes.schema.training import CheckIn, FormQuestion
from tremplin.selection.own_time import OwnTime

STARTS = datetime(2027, 3, 1, tzinfo=UTC)
DATES = {"training_starts": STARTS, "midpoint": STARTS + timedelta(weeks=7)}
WORDS = {"en": "Words", "fr": "Mots"}
CHECKINS = [
    CheckIn.model_validate({"code": f"week-{week}", "due": f"training_starts+{week}w", "title": WORDS})
    for week in (2, 8)
]
OWN = OwnTime(midpoint=DATES["midpoint"])


def question(code: str, kind: str, *, private: bool = False) -> FormQuestion:
    options = [{"code": "a", "label": WORDS}, {"code": "b", "label": WORDS}] if kind == "choice" else []
    return FormQuestion.model_validate(
        {"code": code, "kind": kind, "label": WORDS, "private": private, "options": options}
    )


def slots(own: OwnTime = OWN, *, since: int = -7, until: int | None = None, now: int = 0) -> list[rules.Slot]:
    return rules.slots(
        CHECKINS,
        DATES,
        own,
        since=STARTS + timedelta(days=since),
        until=None if until is None else STARTS + timedelta(days=until),
        now=STARTS + timedelta(days=now),
    )


def codes(found: list[rules.Slot]) -> list[str]:
    return [slot.checkin.code for slot in found]


def test_a_pairing_is_asked_for_every_check_in_of_its_time() -> None:
    assert codes(slots()) == ["week-2", "week-8"]


def test_nobody_is_asked_about_weeks_before_they_met() -> None:
    assert codes(slots(since=15)) == ["week-8"]


def test_nobody_is_asked_after_they_parted() -> None:
    assert codes(slots(until=9)) == []
    assert codes(slots(until=10)) == ["week-2"]


def test_an_extension_moves_what_falls_after_the_midpoint() -> None:
    own = OwnTime(midpoint=DATES["midpoint"], extension=timedelta(weeks=3))
    assert [slot.due for slot in slots(own)] == [STARTS + timedelta(weeks=2), STARTS + timedelta(weeks=11)]


def test_a_pause_moves_what_came_after_it_and_nothing_waits_when_it_is_over() -> None:
    pause = (STARTS + timedelta(weeks=3), STARTS + timedelta(weeks=5))
    found = slots(OwnTime(midpoint=DATES["midpoint"], pauses=(pause,)))
    assert [slot.due for slot in found] == [STARTS + timedelta(weeks=2), STARTS + timedelta(weeks=10)]
    assert not any(slot.waits for slot in found)


def test_during_a_pause_what_lies_ahead_waits() -> None:
    own = OwnTime(midpoint=DATES["midpoint"], paused_at=STARTS + timedelta(weeks=3))
    found = slots(own, now=35)
    assert [slot.waits for slot in found] == [False, True]
    assert found[1].due == STARTS + timedelta(weeks=10)


@pytest.mark.parametrize(
    ("days", "phase"), [(9.9, "later"), (10, "open"), (14, "open"), (17, "open"), (17.1, "late")]
)
def test_a_check_in_opens_four_days_before_its_date_and_is_late_three_days_after(
    days: float, phase: str
) -> None:
    slot = rules.Slot(CHECKINS[0], STARTS + timedelta(weeks=2))
    assert rules.phase(slot, sent=False, now=STARTS + timedelta(days=days)) == phase


def test_what_is_sent_is_neither_late_nor_waiting() -> None:
    slot = rules.Slot(CHECKINS[0], STARTS, waits=True)
    assert rules.phase(slot, sent=True, now=STARTS + timedelta(days=90)) == "sent"
    assert rules.phase(slot, sent=False, now=STARTS + timedelta(days=90)) == "waits"


@pytest.mark.parametrize(
    ("kind", "mine", "theirs", "apart"),
    [
        ("scale", "2", "3", False),
        ("scale", "2", "4", True),
        ("yes_no", "yes", "no", True),
        ("yes_no", "yes", "yes", False),
        ("choice", "a", "b", True),
        ("long", "fine", "dreadful", False),
        ("number", "3", "9", False),
        ("yes_no", "", "no", False),
    ],
)
def test_two_sides_disagree_where_it_matters(kind: str, mine: str, theirs: str, apart: bool) -> None:
    assert bool(rules.gaps([question("q", kind)], {"q": mine}, {"q": theirs})) is apart


def test_what_is_private_is_never_compared() -> None:
    assert rules.gaps([question("q", "yes_no", private=True)], {"q": "yes"}, {"q": "no"}) == []


def test_words_in_confidence_are_those_of_private_questions() -> None:
    asked = [question("open", "long"), question("secret", "long", private=True)]
    assert rules.writes_in_confidence(asked, {"open": "Hello", "secret": "Help"})
    assert not rules.writes_in_confidence(asked, {"open": "Hello", "secret": "  "})


@pytest.mark.parametrize(
    ("mine", "theirs", "window"),
    [
        (0, 0, (8, 20)),
        (1, 0, (9, 20)),
        (0, 5.5, (8, 14.5)),
        (-10, 1, (8, 9)),
        (12, 0, None),
        (14, -10, (8, 20)),
    ],
)
def test_both_are_at_work_in_the_hours_that_their_clocks_share(
    mine: float, theirs: float, window: tuple[float, float] | None
) -> None:
    assert rules.common_window(timedelta(hours=mine), timedelta(hours=theirs)) == window
