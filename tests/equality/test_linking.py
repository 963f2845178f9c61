"""What may be tied to an application: only what the law permits and the file names, and notices that say so."""

import pytest
from django.test import Client

from tests.cast import PLANS, Cast, cohort_of, person
from tests.equality.world import text_with
from tests.programmes.texts import line_of
from tests.visiting import page
from tremplin.core.text import say
from tremplin.equality import linked
from tremplin.equality.rules import questions
from tremplin.programmes import file, jurisdiction
from tremplin.programmes.file import BrokenFile
from tremplin.programmes.jurisdiction import load, notices
from tremplin.programmes.rules.changes import frozen_changes
from tremplin.programmes.schema.profile import shipped_profiles


def refused(text: str) -> tuple[str, str, int]:
    with pytest.raises(BrokenFile) as broken:
        file.read(text)
    (fault,) = broken.value.faults
    assert fault.line is not None
    return fault.key, fault.message, fault.line


@pytest.mark.parametrize(
    ("law", "attribute", "why"),
    [
        ("us-private", "disability", "locks this"),
        ("us-federal", "nationality", "locks this"),
        ("uk", "politics", "locks this"),
        ("us-private", "age", "does not permit answers about “age” to be linked: take it out"),
        ("uk", "shoe_size", "unknown attribute: use one of race_ethnicity, gender, age"),
        ("eu", "gender", "nothing is ever linked: take “gender” out"),
    ],
)
def test_what_the_law_does_not_permit_is_refused_at_its_line(law: str, attribute: str, why: str) -> None:
    text = text_with(law, f'linked = ["{attribute}"]')
    key, message, line = refused(text)
    assert key == "jurisdiction.linked[1]"
    assert why in message
    assert line == line_of(text, "linked = [")


@pytest.mark.parametrize("attribute", [attribute.code for attribute in load("fr").attributes] + ["unheard"])
def test_in_france_nothing_can_ever_be_linked(attribute: str) -> None:
    _key, message, _line = refused(text_with("fr", f'linked = ["{attribute}"]'))
    assert "anonymous from the first moment" in message
    for version in shipped_profiles()["fr"]:
        assert not load("fr", version).links(attribute)


def test_a_first_version_without_a_notice_of_it_links_nothing() -> None:
    for code in ("uk", "us-private", "us-federal"):
        assert not any(load(code, 1).links(attribute.code) for attribute in load(code, 1).attributes)
        assert load(code).links("gender")


def test_what_is_linked_stands_there_once_and_needs_decisions_to_be_compared_with() -> None:
    assert "stands here twice" in refused(text_with("uk", 'linked = ["gender", "gender"]'))[1]
    text = text_with("uk").replace('"equality", ', "")
    assert refused(text)[:2] == (
        "jurisdiction.linked",
        "answers are linked to be compared with decisions: add the stage “equality”, or link nothing",
    )


def test_a_notice_of_links_without_links_is_refused() -> None:
    text = text_with("uk", 'linked_notice = { en = "Kept.", fr = "Gardé." }')
    assert refused(text)[0] == "jurisdiction.linked_notice"


def test_an_attribute_is_asked_in_one_survey_alone() -> None:
    plan = file.read(text_with("uk"))
    tied = [attribute.code for attribute in jurisdiction.linked(load("uk"), plan.jurisdiction.linked)]
    counted = [attribute.code for attribute in questions(load("uk"), plan.jurisdiction.linked)]
    assert tied == ["gender", "religion"]
    assert not set(tied) & set(counted)
    assert "race_ethnicity" in counted


def test_what_is_linked_stays_as_it_is_once_the_call_is_open(uk: Cast) -> None:
    old, new = file.read(text_with("uk")), file.read(text_with("uk", 'linked = ["gender"]'))
    assert frozen_changes(old, new, uk.cohort.dates, uk.at("call_opens", hours=-1)) == []
    assert frozen_changes(old, new, uk.cohort.dates, uk.at("call_opens")) == ["jurisdiction.linked"]


def test_a_cohort_of_the_first_version_keeps_everything_anonymous(uk: Cast) -> None:
    uk.cohort.jurisdiction_version = 1
    assert linked.asked(uk.cohort) == []


def test_notices_say_what_is_really_kept() -> None:
    profile = load("uk")
    law = file.read(text_with("uk")).jurisdiction
    both = notices(profile, law, survey=True)
    assert [("totals only" in say(text, "en"), "sealed" in say(text, "en")) for text in both] == [
        (True, False),
        (False, True),
    ]
    everything = [attribute.code for attribute in profile.attributes if profile.links(attribute.code)]
    only = notices(profile, law.model_copy(update={"linked": everything}), survey=True)
    assert only == [profile.linked_basis]
    assert notices(profile, law, survey=False) == [profile.basis]
    assert notices(profile, law.model_copy(update={"linked": []}), survey=True) == [profile.basis]


def test_an_institution_may_say_both_in_its_own_words() -> None:
    own = {"en": "Our own.", "fr": "Le nôtre."}
    law = file.read(text_with("uk")).jurisdiction.model_copy(update={"notice": own, "linked_notice": own})
    assert notices(load("uk"), law, survey=True) == [own, own]


def test_the_call_shows_both_notices(uk: Cast, client: Client) -> None:
    text = client.get(page(uk, "programmes:call")).content.decode()
    assert "totals only" in text
    assert "kept sealed and tied to your application" in text


def test_a_programme_that_links_nothing_is_as_it_was(cast: Cast) -> None:
    assert linked.asked(cast.cohort) == []
    assert notices(cast.cohort.profile, cast.cohort.plan.jurisdiction, survey=True) == [
        cast.cohort.profile.basis
    ]


@pytest.mark.django_db
def test_without_the_survey_nothing_is_linked() -> None:
    text = (PLANS / "small.toml").read_text("utf-8").replace('"equality", ', "")
    assert linked.asked(cohort_of("plain", person("Ora Organiser"), text=text)) == []
