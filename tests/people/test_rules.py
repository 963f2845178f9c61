"""Pure rules of signing in."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tremplin.people import keys
from tremplin.people.rules import device, has_expired, normal_code, safe_next, spaced
from tremplin.people.zones import choices, cities, label

NOW = datetime(2027, 1, 11, 9, tzinfo=UTC)


@given(st.text(max_size=80))
def test_whatever_is_asked_for_nothing_but_a_path_of_ours_is_followed(wanted: str) -> None:
    found = safe_next(wanted)
    assert found in {"", wanted}
    if found:
        assert found.startswith("/")
        assert not found.replace("\\", "/").startswith("//")


@pytest.mark.parametrize(
    "page", ["/", "/account/", "/home-lab/small-scholars/2027/desk/?page=2", "/sign-in-help/"]
)
def test_pages_of_the_site_are_followed(page: str) -> None:
    assert safe_next(page) == page


@pytest.mark.parametrize(
    "typed", ["123456", "123 456", " 123-456 ", "１２３４５６", "123\u00a0456", "code: 123456"]
)
def test_a_code_is_understood_however_it_is_typed(typed: str) -> None:
    assert normal_code(typed) == "123456"


def test_a_code_is_shown_in_two_groups() -> None:
    assert spaced("012345") == "012 345"


def test_codes_have_six_figures_and_links_cannot_be_guessed() -> None:
    codes = {keys.new_code() for _ in range(200)}
    assert all(len(code) == 6 and code.isdigit() for code in codes)
    assert len(codes) > 190
    assert len(keys.new_link()) >= 43
    assert keys.new_link() != keys.new_link()


def test_the_hash_of_a_code_belongs_to_one_key() -> None:
    kept = keys.code_hash("123456", "ref-one")
    assert keys.same_code("123456", "ref-one", kept)
    assert not keys.same_code("123456", "ref-two", kept)
    assert not keys.same_code("123457", "ref-one", kept)


def test_a_key_lives_half_an_hour_to_the_second() -> None:
    assert not has_expired(NOW, NOW + timedelta(minutes=30))
    assert has_expired(NOW, NOW + timedelta(minutes=30, seconds=1))


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0", "Firefox on Linux"),
        ("Mozilla/5.0 (Linux; Android 13) Chrome/120.0 Mobile Safari/537.36", "Chrome on Android"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/130.0 Safari/537.36 Edg/130.0", "Edge on Windows"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1",
            "Safari on iPhone",
        ),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) Version/18.0 Safari/605.1", "Safari on Mac"),
        (
            "Mozilla/5.0 (Linux; Android 12) SamsungBrowser/27.0 Chrome/125.0 Mobile",
            "Samsung Internet on Android",
        ),
        ("curl/8.0", ""),
        ("", ""),
    ],
)
def test_a_device_is_named_as_a_person_would(agent: str, name: str) -> None:
    assert device(agent) == name


def test_every_country_finds_a_city_and_old_names_are_not_offered() -> None:
    assert {"Africa/Tunis", "Europe/Paris", "America/Port-au-Prince", "Pacific/Noumea"} <= set(cities())
    assert "US/Eastern" not in cities()
    offered = [name for _region, rows in choices() for name, _label in rows]
    assert len(offered) == len(set(offered))
    assert label("Europe/Paris") == "Paris"
    assert label("nowhere") == "nowhere"
