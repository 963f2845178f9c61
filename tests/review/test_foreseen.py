"""Whether everybody will be read in time, as the page of those who organise the reading says it."""

from datetime import datetime, timedelta

import pytest

from tests.cast import Cast
from tests.review.world import apply, fill, give_out, read_all, read_of
from tests.visiting import Clock, page, signed_in
from tremplin.review import queries, services
from tremplin.review.queries import Foreseen


def seen(cast: Cast, now: datetime) -> Foreseen | None:
    return queries.foreseen(cast.cohort, now=now)


def test_nothing_is_said_where_nothing_can_be_known(cast: Cast) -> None:
    closes, ends = cast.at("call_closes"), cast.at("reading_ends")
    assert seen(cast, closes + timedelta(days=1)) is None  # nobody applied
    apply(cast.cohort, 3, now=cast.at("call_opens", days=2))
    assert seen(cast, closes - timedelta(days=2)) is None  # too few yet to tell how many will
    assert seen(cast, closes + timedelta(days=1)) is not None
    assert seen(cast, ends) is None


def test_the_longer_nobody_reads_the_likelier_is_it_that_somebody_stays_unread(cast: Cast) -> None:
    apply(cast.cohort, 20, now=cast.at("call_opens", days=2))
    give_out(cast)
    closes, ends = cast.at("call_closes"), cast.at("reading_ends")
    early, late = seen(cast, closes + timedelta(hours=2)), seen(cast, ends - timedelta(days=1))
    assert early is not None
    assert late is not None
    assert early.unread < late.unread
    assert late.unread > 0.5
    assert late.languages == ("en",)
    assert seen(cast, ends - timedelta(days=1)) == late


def test_what_has_been_read_counts_and_when_all_is_read_nothing_is_said(cast: Cast) -> None:
    now = cast.at("call_closes", days=2)
    rows = apply(cast.cohort, 4, now=cast.at("call_opens", days=2))
    give_out(cast)
    at = cast.at("reading_ends", days=-1)
    before = seen(cast, at)
    for row in rows:
        fill(read_of(cast, cast.reviewer, row), now)
    after = seen(cast, at)
    assert before is not None
    assert after is not None
    assert after.unread == 0 < before.unread
    assert after.short > 0
    read_all(cast)
    assert seen(cast, at) is None


def test_while_the_call_is_open_those_who_are_still_to_come_count_too(cast: Cast) -> None:
    opens, closes = cast.at("call_opens"), cast.at("call_closes")
    apply(cast.cohort, 30, now=opens + timedelta(days=1))
    give_out(cast)
    found = seen(cast, closes - timedelta(days=3))
    assert found is not None
    assert found.short > 0.5


@pytest.mark.parametrize(
    ("language", "words"), [("en", "Risk that somebody is left unread"), ("fr", "Risque que")]
)
def test_the_page_says_it_in_both_languages(cast: Cast, clock: Clock, language: str, words: str) -> None:
    apply(cast.cohort, 20, now=cast.at("call_opens", days=2))
    give_out(cast)
    clock.at = cast.at("reading_ends", days=-1)
    text = signed_in(cast.organiser).get(page(cast, "review:progress"), {"lang": language}).content.decode()
    assert words in text
    clock.at = cast.at("reading_ends", days=1)
    text = signed_in(cast.organiser).get(page(cast, "review:progress"), {"lang": language}).content.decode()
    assert words not in text


def test_a_reviewer_s_limit_is_kept_to(cast: Cast) -> None:
    apply(cast.cohort, 12, now=cast.at("call_opens", days=2))
    at = cast.at("call_closes", hours=2)
    open_ = seen(cast, at)
    for row in queries.reader_rows(cast.cohort, cast.organiser):
        services.set_profile(
            cohort=cast.cohort,
            reviewer=row.reviewer,
            actor=cast.organiser,
            capacity=1,
            languages=["en", "fr"],
            now=at,
        )
    found = seen(cast, at)
    assert open_ is not None
    assert found is not None
    assert found.unread == found.short == 1
