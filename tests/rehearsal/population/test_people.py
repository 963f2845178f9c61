from collections.abc import Callable
from zoneinfo import ZoneInfo, available_timezones

import pytest

from tremplin.rehearsal.population.draws import stream
from tremplin.rehearsal.population.names import countries, cultures, plain
from tremplin.rehearsal.population.people import Cast, Person, quality_on, standing
from tremplin.rehearsal.population.population import Population

Crowd = Callable[..., list[Person]]


def test_addresses_are_unique_and_can_belong_to_nobody(world: Population) -> None:
    addresses = [person.email for person in world.everyone]
    assert len(set(addresses)) == len(addresses)
    for address in addresses:
        assert address.isascii()
        assert address == address.lower()
        assert " " not in address
        assert address.endswith((".example.org", ".example.net"))


def test_everyone_lives_in_a_town_of_their_country_and_in_its_time_zone(world: Population) -> None:
    for person in world.everyone:
        towns = {town.name: town.zone for town in countries()[person.country].towns}
        assert towns[person.town] == person.time_zone


def test_every_time_zone_of_the_lists_exists() -> None:
    zones = {town.zone for country in countries().values() for town in country.towns}
    assert zones <= available_timezones()
    for zone in zones:
        ZoneInfo(zone)


def test_every_country_names_known_cultures_and_every_culture_is_used() -> None:
    named = {name for country in countries().values() for name in country.cultures}
    assert named == set(cultures())


def test_people_come_from_everywhere(world: Population) -> None:
    assert len({person.country for person in world.starters}) >= 90


def test_the_share_of_french_is_near_the_one_asked_for(world: Population) -> None:
    french = sum(person.language == "fr" for person in world.starters) / len(world.starters)
    assert french == pytest.approx(0.35, abs=0.06)


def test_a_population_of_one_language_writes_in_that_language(crowd: Crowd) -> None:
    assert {person.language for person in crowd("fr", 60)} == {"fr"}
    assert {person.language for person in crowd("en", 60)} == {"en"}


def test_names_are_as_unruly_as_in_the_world(crowd: Crowd) -> None:
    names = [person.name for language in ("en", "fr") for person in crowd(language, 700)]
    assert any(" " not in name for name in names), "someone has a single name"
    assert any(len(name) > 32 for name in names), "someone has a very long name"
    assert any("'" in name or "ʻ" in name for name in names), "someone has an apostrophe"
    assert any(not name.isascii() for name in names), "someone has an accent"
    assert any("-" in name for name in names), "someone has a hyphen"
    assert all(name == name.strip() and "  " not in name for name in names)


def test_no_form_of_name_leaves_a_letter_unfilled(crowd: Crowd) -> None:
    for person in (person for language in ("en", "fr") for person in crowd(language, 500)):
        assert not {"G", "F", "M", "X"} & set(person.name.split())


def test_names_can_be_written_in_an_address() -> None:
    assert plain("Łukasz Ðorđe Þórunn Ølga ʻAna N'Guessan") == "Lukasz Dorde Thorunn Olga Ana NGuessan"


def test_a_person_is_the_same_however_many_there_are() -> None:
    few, many = (Cast(3, languages=("en", "fr"), french_share=0.4) for _ in range(2))
    first = [few.invent("applicant", number) for number in range(20)]
    second = [many.invent("applicant", number) for number in range(200)][:20]
    assert first == second


def test_another_seed_makes_other_people(crowd: Crowd) -> None:
    assert {person.name for person in crowd("en", 40, 1)}.isdisjoint(
        {person.name for person in crowd("en", 40, 2)}
    )


def test_streams_of_two_purposes_have_nothing_to_do_with_each_other() -> None:
    assert stream(1, "names").random() == stream(1, "names").random()
    assert stream(1, "names").random() != stream(1, "towns").random()
    assert stream(1, "a", "bc").random() != stream(1, "ab", "c").random()
    assert stream(1, "names").random() != stream(2, "names").random()


def test_quality_spreads_around_the_middle_and_tells_nothing_else(crowd: Crowd) -> None:
    people = crowd("en", 1200)
    mean = sum(person.quality for person in people) / len(people)
    assert mean == pytest.approx(0.5, abs=0.02)
    assert all(0 < person.quality < 1 for person in people)
    women = [person.quality for person in people if person.voice == "f"]
    assert sum(women) / len(women) == pytest.approx(mean, abs=0.025)


def test_quality_under_a_criterion_follows_the_overall_one(crowd: Crowd) -> None:
    people = crowd("en", 800)
    high = [quality_on(person, "need") for person in people if standing(person) > 0.8]
    low = [quality_on(person, "need") for person in people if standing(person) < -0.8]
    assert sum(high) / len(high) > sum(low) / len(low) + 0.25
    assert quality_on(people[0], "need") == quality_on(people[0], "need")
    assert quality_on(people[0], "need") != quality_on(people[0], "plan")


def test_identity_marks_name_what_would_betray_a_person(crowd: Crowd) -> None:
    person = crowd("fr", 1)[0]
    marks = person.identity_marks()
    assert {person.name, person.email, person.handle, person.town} <= set(marks)


def test_a_population_without_a_language_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one language"):
        Cast(1, languages=(), french_share=0.0)
