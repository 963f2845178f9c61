from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from tremplin.core.ui import moments

LATE = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
PARIS = ZoneInfo("Europe/Paris")


def test_a_moment_says_its_day_hour_and_place() -> None:
    with translation.override("en"), timezone.override(PARIS):
        assert moments.when(LATE) == (
            '<time datetime="2026-11-23T00:30+01:00" title="22 November 2026, 23:30 UTC">'
            "23 November 2026, 00:30 (Paris)</time>"
        )


def test_a_moment_is_french_in_french() -> None:
    with translation.override("fr"), timezone.override(PARIS):
        assert "23 novembre 2026, 00:30 (Paris)" in moments.when(LATE)


def test_in_utc_the_hour_stands_alone() -> None:
    with translation.override("en"), timezone.override(UTC):
        text = moments.when(LATE, utc=True)
    assert "22 November 2026, 23:30 UTC</time>" in text
    assert "<small" not in text


def test_a_deadline_shows_utc_with_its_day_where_the_day_differs() -> None:
    with translation.override("en"), timezone.override(PARIS):
        assert '<small class="utc">22 November 2026, 23:30 UTC</small>' in moments.when(LATE, utc=True)
        noon = LATE.replace(hour=11)
        assert '<small class="utc">11:30 UTC</small>' in moments.when(noon, utc=True)


def test_anywhere_on_earth_is_said_in_words() -> None:
    with translation.override("en"):
        assert "(anywhere on Earth)" in moments.when(LATE, zone=ZoneInfo("Etc/GMT+12"))
    with translation.override("fr"):
        assert "(partout sur Terre)" in moments.when(LATE, zone=ZoneInfo("Etc/GMT+12"))


@pytest.mark.parametrize(
    ("style", "text"),
    [
        ("long", "23 November 2026, 00:30 (Paris)"),
        ("full", "Monday, 23 November 2026, 00:30 (Paris)"),
        ("short", "23 Nov, 00:30 (Paris)"),
        ("date", "23 November 2026"),
        ("day", "23 Nov"),
        ("time", "00:30 (Paris)"),
    ],
)
def test_each_style_has_its_length(style: moments.Style, text: str) -> None:
    with translation.override("en"), timezone.override(PARIS):
        assert f">{text}</time>" in moments.when(LATE, style)


def test_a_day_without_hour_stays_a_day() -> None:
    with translation.override("fr"):
        assert moments.when(date(2027, 3, 1)) == '<time datetime="2027-03-01">1er mars 2027</time>'


def test_no_moment_is_a_dash() -> None:
    assert moments.when(None) == "–"


@pytest.mark.parametrize(
    ("day", "style", "words"),
    [
        (1, "long", "1er novembre 2026"),
        (1, "full", "dimanche 1er novembre 2026"),
        (11, "long", "11 novembre 2026"),
    ],
)
def test_the_first_of_a_french_month_is_said_as_people_say_it(
    day: int, style: moments.Style, words: str
) -> None:
    with translation.override("fr"):
        assert moments.day_text(date(2026, 11, day), style) == words
    assert "1er" not in moments.day_text(date(2026, 11, 1))
