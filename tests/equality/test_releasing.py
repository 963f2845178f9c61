"""Every table that is shown is written down, and none is shown that could be subtracted from an earlier one."""

from datetime import datetime

import pytest
from django.db import connection

from tests.cast import Cast
from tests.visiting import Clock, page, signed_in
from tremplin.core.errors import NotAllowed
from tremplin.core.models import AuditEvent
from tremplin.equality.models import Release, Tally
from tremplin.equality.releasing import release
from tremplin.equality.rules import closes

pytestmark = pytest.mark.django_db


@pytest.fixture
def stands_at(cast: Cast) -> datetime:
    return after(cast)


def after(cast: Cast) -> datetime:
    return cast.at("call_closes", days=8)


def tallies(cast: Cast, people: int, **gender: int) -> None:
    rows = {("", ""): people, **{("gender", answer): count for answer, count in gender.items()}}
    for (question, answer), count in rows.items():
        Tally.objects.update_or_create(
            cohort_ref=cast.cohort.ref, question=question, answer=answer, defaults={"count": count}
        )


def test_what_is_shown_first_is_written_down_and_shown_again(cast: Cast) -> None:
    tallies(cast, 61, woman=33, man=28)
    first = release(cohort=cast.cohort, actor=cast.organiser, now=after(cast))
    second = release(cohort=cast.cohort, actor=cast.colleague, now=cast.at("call_closes", days=40))
    assert first is not None
    assert second is not None
    assert first.release == second.release == Release.objects.get()
    assert first.release.at == after(cast)
    assert first.release.figures["answered"] == 60
    event = AuditEvent.objects.get(verb="equality.released")
    assert event.data == {"digest": first.release.digest}
    assert len(first.release.digest) == 64


def test_two_answers_more_are_not_shown_and_ten_are(cast: Cast, clock: Clock) -> None:
    """The call was extended after the totals were out: a difference of two would be two people."""
    tallies(cast, 61, woman=33, man=28)
    first = release(cohort=cast.cohort, actor=cast.organiser, now=clock.at)
    tallies(cast, 63, woman=35, man=28)
    held = release(cohort=cast.cohort, actor=cast.organiser, now=clock.at)
    assert first is not None
    assert held is not None
    assert held.held_back
    assert held.results == first.results
    text = signed_in(cast.organiser).get(page(cast, "equality:results")).text
    assert "they are not shown" in text
    assert Release.objects.count() == 1
    tallies(cast, 84, woman=45, man=39)
    third = release(cohort=cast.cohort, actor=cast.organiser, now=clock.at)
    assert third is not None
    assert not third.held_back
    assert third.release.number == 2
    tallies(cast, 63, woman=33, man=28)  # near the first, far from the second
    back = release(cohort=cast.cohort, actor=cast.organiser, now=clock.at)
    assert back is not None
    assert back.held_back
    assert back.release.number == 2


def test_the_exact_counts_of_the_ledger_are_sealed(cast: Cast) -> None:
    tallies(cast, 61, woman=33, man=28)
    release(cohort=cast.cohort, actor=cast.organiser, now=after(cast))
    with connection.cursor() as cursor:
        cursor.execute("SELECT basis, figures FROM equality_release")
        basis, figures = cursor.fetchone()
    assert b"woman" not in bytes(basis)
    assert "33" not in str(figures)
    assert "28" not in str(figures)


def test_nothing_is_released_before_the_end_or_to_others(cast: Cast) -> None:
    tallies(cast, 61, woman=33, man=28)
    assert release(cohort=cast.cohort, actor=cast.organiser, now=closes(cast.cohort.dates)) is None
    assert not Release.objects.exists()
    for role in ("reviewer", "observer", "finance", "stranger"):
        with pytest.raises(NotAllowed):
            release(cohort=cast.cohort, actor=getattr(cast, role), now=after(cast))


def test_the_page_says_since_when_its_totals_are_out(cast: Cast, clock: Clock) -> None:
    tallies(cast, 61, woman=33, man=28)
    text = signed_in(cast.organiser).get(page(cast, "equality:results")).text
    assert "first shown on" in text
    assert Release.objects.get().digest[:16] in text
