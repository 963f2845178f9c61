"""The law in the data: five profiles, default deny, and nothing that a release could change under a cohort."""

import hashlib
from importlib.resources import files

import pytest

from tests.cast import Cast
from tests.programmes.typography import slips
from tremplin.core.errors import NotAllowed
from tremplin.programmes import jurisdiction
from tremplin.programmes.jurisdiction import PURPOSES, Profile, allows, codes, latest, load, require_purpose
from tremplin.programmes.schema.checks import texts
from tremplin.programmes.schema.profile import Purpose, shipped_profiles

DECISIONS: tuple[Purpose, ...] = ("eligibility", "tie_break", "constraint")
PROFILES = [load(code) for code in codes()]
# A shipped version never changes. A new release adds a version, and a line here.
CHECKSUMS = {
    "eu.1": "d282dcd6c3acc3b084dff37382af7b90aca772a4f5ce0c0a6986eb8590119417",
    "fr.1": "8481d4539aac754dfc168f42b6bca93a27c742d1a552ca7016443c97d9372c90",
    "uk.1": "2ec460fc1d5d52eceef56508106c95baf05833f4fd3ebd8461959e9af816a1b7",
    "uk.2": "88942d656bc0354e530e742ea3fb48732df9014455c3a599b8fcf505569b6d78",
    "us-federal.1": "b86fe5d0a9fbfc3226742e8572c5220422d4e2dece375cdf904d56b369b6126e",
    "us-federal.2": "e02acfef4b63b61095702fbca54f338ab11644ded199e0293ddda83dc24c213d",
    "us-private.1": "cf3f6a459a7ff83a52aae74db06f466cc5de5867bfa6202b4702160ba79ccb0e",
    "us-private.2": "cf109d0766239fd2780242ea504296e4569d627fc1e63bc333b27f9bdb0199f2",
}
by_profile = pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.code)


def test_five_profiles_are_shipped() -> None:
    assert codes() == ("eu", "fr", "uk", "us-federal", "us-private")
    assert [profile.version for profile in PROFILES] == [latest(code) for code in codes()]


@by_profile
def test_a_shipped_version_is_never_changed(profile: Profile) -> None:
    for version in shipped_profiles()[profile.code]:
        name = f"{profile.code}.{version}"
        content = files("tremplin.programmes").joinpath("jurisdictions", f"{name}.toml").read_bytes()
        assert hashlib.sha256(content).hexdigest() == CHECKSUMS[name]
        assert load(profile.code, version).version == version


@by_profile
@pytest.mark.parametrize("purpose", PURPOSES)
def test_what_is_not_listed_is_refused(profile: Profile, purpose: Purpose) -> None:
    assert not allows(profile, "shoe_size", purpose)
    for attribute in profile.attributes:
        assert allows(profile, attribute.code, purpose) == (purpose in attribute.purposes)


@by_profile
def test_race_never_decides(profile: Profile) -> None:
    assert not any(allows(profile, "race_ethnicity", purpose) for purpose in DECISIONS)


@by_profile
@pytest.mark.parametrize("attribute", ["religion", "sexual_orientation", "politics", "gender"])
def test_beliefs_orientation_and_gender_never_decide(profile: Profile, attribute: str) -> None:
    assert not any(allows(profile, attribute, purpose) for purpose in DECISIONS)


@by_profile
def test_nationality_is_asked_only_to_know_who_can_be_paid(profile: Profile) -> None:
    found = profile.attribute("nationality")
    assert found is not None
    assert found.purposes == ["eligibility"]
    assert found.question is None


def test_france_asks_nobody_for_their_origin() -> None:
    france = load("fr")
    assert not any(allows(france, "race_ethnicity", purpose) for purpose in PURPOSES)
    assert france.survey == "anonymous"
    assert france.smallest_cell == 10
    assert "race_ethnicity" not in [attribute.code for attribute in france.asked()]
    assert not any(attribute.free_text for attribute in france.asked())
    assert allows(france, "socio_economic", "constraint")


@pytest.mark.parametrize("attribute", ["socio_economic", "place"])
def test_federal_funds_ask_for_counsel_where_private_money_may_decide(attribute: str) -> None:
    for purpose in DECISIONS:
        assert allows(load("us-private"), attribute, purpose)
        found = load("us-federal").attribute(attribute)
        assert found is not None
        assert purpose in found.counsel
        assert not allows(load("us-federal"), attribute, purpose)


@pytest.mark.parametrize("code", ["fr", "eu"])
def test_an_anonymous_survey_is_never_tied_to_an_application(code: str) -> None:
    profile = load(code)
    assert profile.audit == "anonymous_audit"
    assert not any(allows(profile, attribute.code, "linked_audit") for attribute in profile.attributes)


@by_profile
def test_every_question_of_the_survey_may_be_left(profile: Profile) -> None:
    assert profile.asked()
    for attribute in profile.asked():
        assert attribute.options[-1].code == "not_said"
        assert profile.audit in attribute.purposes


@by_profile
def test_profiles_speak_both_languages_with_care(profile: Profile) -> None:
    for path, words in texts(profile):
        assert set(words) == {"en", "fr"}, path
        assert slips(words["fr"]) == []
        assert "'" not in words["en"] + words["fr"]


def test_what_is_refused_is_refused_with_its_reason() -> None:
    require_purpose(load("us-private"), "race_ethnicity", "linked_audit")
    with pytest.raises(NotAllowed, match="“us-private” does not permit “race_ethnicity” for “tie_break”"):
        require_purpose(load("us-private"), "race_ethnicity", "tie_break")


def test_a_profile_or_version_that_was_never_shipped_is_an_error() -> None:
    with pytest.raises(KeyError):
        load("atlantis")
    with pytest.raises(KeyError):
        load("fr", 99)


def test_a_cohort_keeps_the_version_that_it_was_set_up_with(cast: Cast) -> None:
    assert (cast.cohort.jurisdiction, cast.cohort.jurisdiction_version) == ("eu", 1)
    assert cast.cohort.profile == load("eu", 1)


def test_the_names_are_those_that_stages_use() -> None:
    assert {"load", "allows", "Profile", "PURPOSES"} <= set(jurisdiction.__all__)
