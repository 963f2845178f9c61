"""What a new file does to a cohort: dates merge, and what people rely on stays."""

from datetime import timedelta

import pytest

from tests.cast import OPENS, Cast
from tests.programmes.texts import SMALL, mended
from tremplin.core.errors import Conflict, Invalid, NotAllowed
from tremplin.core.models import AuditEvent
from tremplin.programmes import file, services
from tremplin.programmes.models import ProgrammeVersion
from tremplin.programmes.rules import (
    AUDIENCE,
    PARTS,
    frozen,
    frozen_changes,
    moves_along,
    neighbours,
    planned_dates,
)
from tremplin.programmes.schema import DATE_CODES

BEFORE = OPENS - timedelta(days=10)
OPEN = OPENS + timedelta(days=1)


def applied(cast: Cast, *changes: tuple[str, str]) -> ProgrammeVersion:
    return services.apply_file(
        institution=cast.cohort.institution, text=mended(*changes), now=BEFORE, actor=cast.organiser
    )


def test_a_text_that_is_in_force_makes_no_new_version(cast: Cast) -> None:
    assert applied(cast).number == 1
    assert applied(cast, ("Read slowly.", "Read twice.")).number == 2
    assert applied(cast, ("Read slowly.", "Read twice.")).number == 2


def test_before_the_call_opens_everything_may_change(cast: Cast) -> None:
    version = applied(
        cast,
        ("reads = 2", "reads = 3"),
        ('code = "country"', 'code = "land"'),
        ('profile = "eu"', 'profile = "uk"'),
    )
    services.adopt(cohort=cast.cohort, version=version, actor=cast.organiser, now=BEFORE)
    assert cast.cohort.plan.review is not None
    assert cast.cohort.plan.review.reads == 3
    assert cast.cohort.profile.code == "uk"
    event = AuditEvent.objects.filter(scope=cast.cohort.scope).latest("position")
    assert (event.verb, event.data["version"]) == ("programmes.file-adopted", 2)


@pytest.mark.parametrize(
    ("change", "part"),
    [
        (('code = "country"', 'code = "land"'), "application"),
        (("max_characters = 1000", "max_characters = 900"), "application"),
        (('profile = "eu"', 'profile = "uk"'), "jurisdiction.profile"),
        (('amount = "1000.00"', 'amount = "900.00"'), "stipend"),
        (("at_least = 30", "at_least = 35"), "eligibility"),
        (('"showcase", "impact"]', '"showcase"]'), "stages"),
    ],
)
def test_what_people_rely_on_stays_once_the_call_is_open(
    cast: Cast, change: tuple[str, str], part: str
) -> None:
    version = applied(cast, change)
    with pytest.raises(Conflict, match=part):
        services.adopt(cohort=cast.cohort, version=version, actor=cast.organiser, now=OPEN)
    cast.cohort.refresh_from_db()
    assert cast.cohort.version.number == 1
    assert cast.cohort.profile.code == "eu"


def test_texts_may_be_mended_while_the_call_is_open(cast: Cast) -> None:
    version = applied(
        cast, ("Why deep learning, why now?", "Why deep learning, and why now?"), ("reads = 2", "reads = 3")
    )
    services.adopt(cohort=cast.cohort, version=version, actor=cast.organiser, now=OPEN)
    assert cast.cohort.version == version


def test_the_rubric_is_fixed_when_the_call_closes() -> None:
    old, new = file.read(SMALL), file.read(mended(("weight = 2", "weight = 3")))
    dates = planned_dates(old, OPENS)
    assert frozen_changes(old, new, dates, OPEN) == []
    assert frozen_changes(old, new, dates, dates["call_closes"]) == ["review.criteria"]
    assert "offer" not in frozen(dates, dates["call_closes"])
    assert "offer" in frozen(dates, dates["decisions_out"])
    assert set(frozen(dates, max(dates.values()))) == set(PARTS)


def test_the_law_stays_as_it_was_when_the_call_opened(cast: Cast) -> None:
    version = applied(cast, ("Read slowly.", "Read twice."))
    type(cast.cohort).objects.filter(pk=cast.cohort.pk).update(jurisdiction_version=7)
    services.adopt(cohort=cast.cohort, version=version, actor=cast.organiser, now=OPEN)
    assert cast.cohort.jurisdiction_version == 7


def test_a_date_that_organisers_moved_stays_where_the_file_did_not_change_it(cast: Cast) -> None:
    cohort = cast.cohort
    to = cohort.date("midpoint") + timedelta(days=2)
    services.move_date(
        cohort=cohort, code="midpoint", to=to, actor=cast.organiser, now=BEFORE, reason="Holiday."
    )
    version = applied(cast, ('reading_ends = "6w"', 'reading_ends = "45d"'))
    moved = services.adopt(cohort=cohort, version=version, actor=cast.organiser, now=BEFORE)
    assert set(moved) == {"reading_ends"}
    assert cohort.date("midpoint") == to


def test_a_date_that_the_new_file_sets_is_set(cast: Cast) -> None:
    cohort = cast.cohort
    to = cohort.date("midpoint") + timedelta(days=2)
    services.move_date(
        cohort=cohort, code="midpoint", to=to, actor=cast.organiser, now=BEFORE, reason="Holiday."
    )
    version = applied(cast, ('midpoint = "17w"', 'midpoint = "18w"'))
    moved = services.adopt(cohort=cohort, version=version, actor=cast.organiser, now=BEFORE)
    assert moved == {"midpoint": (to, to + timedelta(days=5))}


def test_all_dates_move_with_the_first_day_those_moved_by_hand_too(cast: Cast) -> None:
    cohort = cast.cohort
    to = cohort.date("training_ends") - timedelta(days=1)
    services.move_date(
        cohort=cohort, code="training_ends", to=to, actor=cast.organiser, now=BEFORE, reason="Holiday."
    )
    dates = dict(cohort.dates)
    first = cohort.first_day + timedelta(days=7)
    services.adopt(cohort=cohort, version=cohort.version, actor=cast.organiser, now=BEFORE, first_day=first)
    week = timedelta(days=7)
    zone_change = {code: abs((cohort.dates[code] - at) - week) for code, at in dates.items()}
    assert max(zone_change.values()) <= timedelta(hours=1)  # 28 March: summer time
    assert cohort.first_day == first


def test_the_opening_stays_once_the_call_is_open(cast: Cast) -> None:
    first = cast.cohort.first_day + timedelta(days=1)
    with pytest.raises(Conflict, match="call_opens"):
        services.adopt(cohort=cast.cohort, version=cast.cohort.version, actor=None, now=OPEN, first_day=first)
    cast.cohort.forget_dates()
    assert cast.cohort.date("call_opens") == OPENS


def test_dates_that_a_file_leaves_out_go_and_new_ones_come(cast: Cast) -> None:
    version = applied(cast, ('midpoint = "17w"\n', ""))
    moved = services.adopt(cohort=cast.cohort, version=version, actor=None, now=BEFORE)
    assert moved["midpoint"][1] is None
    assert "midpoint" not in cast.cohort.dates
    services.adopt(cohort=cast.cohort, version=applied(cast), actor=None, now=BEFORE)
    assert "midpoint" in cast.cohort.dates


def test_a_file_of_another_programme_is_refused(cast: Cast) -> None:
    with pytest.raises(Conflict, match="another programme"):
        services.adopt(
            cohort=cast.cohort, version=cast.rival_cohort.version, actor=cast.organiser, now=BEFORE
        )


def test_only_organisers_adopt_a_file(cast: Cast) -> None:
    version = applied(cast, ("Read slowly.", "Read twice."))
    with pytest.raises(NotAllowed):
        services.adopt(cohort=cast.cohort, version=version, actor=cast.reviewer, now=BEFORE)


def test_a_moved_date_that_would_break_the_order_of_the_new_file_is_refused(cast: Cast) -> None:
    cohort = cast.cohort
    to = cohort.date("decisions_out") - timedelta(days=5)
    services.move_date(
        cohort=cohort, code="decisions_out", to=to, actor=cast.organiser, now=BEFORE, reason="Earlier."
    )
    version = applied(cast, ('reading_ends = "6w"', 'reading_ends = "44d"'))
    with pytest.raises(Invalid, match="Decisions go out"):
        services.adopt(cohort=cohort, version=version, actor=cast.organiser, now=BEFORE)


def test_what_counts_from_a_date_is_known() -> None:
    plan = file.read(SMALL)
    assert [(kind, code) for kind, code, _moment in moves_along(plan, "training_starts")] == [
        ("checkin", "week-2"),
        ("checkin", "week-8"),
        ("instalment", "start"),
        ("instalment", "second"),
        ("milestone", "proposal"),
    ]
    assert [code for _kind, code, _moment in moves_along(plan, "training_ends")] == [
        "release",
        "after-6-months",
        "after-a-year",
    ]


def test_every_date_has_an_audience_and_neighbours() -> None:
    dates = planned_dates(file.read(SMALL), OPENS)
    assert set(AUDIENCE) == set(DATE_CODES)
    assert neighbours("call_opens", dates) == ("", "call_closes")
    assert neighbours("follow_up_ends", dates) == ("demo_day", "")
