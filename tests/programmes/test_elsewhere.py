"""A deadline in the words of the whole world."""

from datetime import UTC, datetime, timedelta

from django.utils import translation

from tremplin.programmes.elsewhere import CITIES, elsewhere

LAST = datetime(2027, 2, 13, 11, 59, 59, tzinfo=UTC)


def test_the_end_of_a_day_anywhere_is_said_so_that_nobody_misreads_it() -> None:
    found = elsewhere(LAST)
    assert found.universal == "13 February 2027, 11:59 UTC"
    assert found.anywhere == "As long as it is still 12 February 2027 somewhere on Earth, you are in time."


def test_another_moment_is_no_gift_of_time() -> None:
    found = elsewhere(LAST - timedelta(hours=2))
    assert "it is then 12 February 2027, 21:59: the same moment, not more time." in found.anywhere


def test_the_cities_run_around_the_earth_in_the_reader_s_language() -> None:
    cities = dict(elsewhere(LAST).cities)
    assert len(cities) == len(CITIES)
    assert (cities["Honolulu"], cities["Dakar"], cities["Auckland"]) == (
        "13 Feb, 01:59",
        "13 Feb, 11:59",
        "14 Feb, 00:59",
    )
    with translation.override("fr"):
        assert dict(elsewhere(LAST).cities)["Le Caire"] == "13 févr., 13:59"


def test_the_cities_follow_their_summer_time() -> None:
    summer = dict(elsewhere(datetime(2027, 7, 1, 12, tzinfo=UTC)).cities)
    assert (summer["Paris"], summer["New York"], summer["Dakar"]) == (
        "1 Jul, 14:00",
        "1 Jul, 08:00",
        "1 Jul, 12:00",
    )


def test_once_passed_no_sentence_says_that_somebody_is_in_time() -> None:
    for at in (LAST, LAST - timedelta(hours=2)):
        assert elsewhere(at).anywhere
        assert elsewhere(at, passed=True).anywhere == ""
        assert elsewhere(at, passed=True).universal == elsewhere(at).universal
