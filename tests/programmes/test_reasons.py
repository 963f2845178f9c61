"""The register of reasons: dated by the file's versions, marked when they came late, advised when missing."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from tests.cast import OPENS, Cast, cohort_of, gather, person
from tests.programmes.texts import SMALL, mended
from tremplin import programme_templates
from tremplin.core.text import say
from tremplin.people.models import Institution, User
from tremplin.programmes import file, services
from tremplin.programmes.http import cohort_url
from tremplin.programmes.models import Cohort
from tremplin.programmes.rationale import Entry, entries, items
from tremplin.programmes.rules.changes import frozen_changes

pytestmark = pytest.mark.django_db
REASON = """
[review.criteria.rationale]
needed = { en = "NEEDED", fr = "NÉCESSAIRE" }
measures = { en = "What was made.", fr = "Ce qui a été fait." }
considered = { en = "Marks.", fr = "Les notes." }
affected = { en = "People without time.", fr = "Les personnes sans temps." }
"""
LAST_LEVEL = '    { score = 5, label = { en = "Something whole", fr = "Une chose entière" } },\n]\n'


def with_reason(words: str = "Because it ends with a project.", text: str = SMALL) -> str:
    """The small programme, whose criterion “making” has a reason."""
    return mended((LAST_LEVEL, LAST_LEVEL + REASON.replace("NEEDED", words)), text=text)


def found(cohort: Cohort, code: str) -> Entry:
    return next(entry for entry in entries(cohort) if entry.code == code)


def applied(cast_or: Cohort, text: str, now: datetime, organiser: User) -> None:
    version = services.apply_file(
        institution=cast_or.institution,
        text=text,
        now=now,
        actor=organiser,
    )
    Cohort.objects.filter(pk=cast_or.pk).update(version=version)


def fresh(cohort: Cohort) -> Cohort:
    return Cohort.objects.get(pk=cohort.pk)


def test_a_reason_is_as_old_as_the_version_that_first_said_it() -> None:
    organiser = person("Olive Organiser")
    before = OPENS - timedelta(days=20)
    cohort = cohort_of("home-lab", organiser, text=SMALL)
    cohort.programme.versions.update(applied_at=before)
    applied(cohort, with_reason(), before + timedelta(days=5), organiser)
    applied(
        cohort,
        with_reason(text=mended(("Little", "Hardly any"))),
        before + timedelta(days=9),
        organiser,
    )
    entry = found(fresh(cohort), "making")
    assert entry.written_at == before + timedelta(days=5)
    assert entry.changed_at == before
    assert not entry.late
    assert not entry.reason_late
    assert found(fresh(cohort), "drive").rationale is None
    assert found(fresh(cohort), "drive").written_at is None


def test_a_reason_written_after_the_opening_is_marked_and_nothing_else() -> None:
    organiser = person("Olive Organiser")
    cohort = cohort_of("home-lab", organiser, text=SMALL)
    applied(cohort, with_reason(), OPENS + timedelta(days=1), organiser)
    entry = found(fresh(cohort), "making")
    assert entry.reason_late
    assert not entry.late
    page = Client().get(cohort_url(fresh(cohort), "programmes:reasons")).text
    assert "written after the opening" in page
    assert "added or changed after the opening" not in page


def test_a_criterion_that_changes_after_the_opening_is_marked() -> None:
    organiser = person("Olive Organiser")
    cohort = cohort_of("home-lab", organiser, text=with_reason())
    applied(
        cohort, with_reason(text=mended(("weight = 2", "weight = 3"))), OPENS + timedelta(days=3), organiser
    )
    assert found(fresh(cohort), "drive").late
    assert not found(fresh(cohort), "making").late
    assert (
        "added or changed after the opening"
        in Client().get(cohort_url(fresh(cohort), "programmes:reasons")).text
    )


def test_a_criterion_that_went_and_came_back_is_as_old_as_its_return() -> None:
    organiser = person("Olive Organiser")
    cohort = cohort_of("home-lab", organiser, text=with_reason())
    gone = mended(('code = "making"', 'code = "crafting"'))
    applied(cohort, gone, OPENS + timedelta(days=1), organiser)
    applied(cohort, with_reason(), OPENS + timedelta(days=2), organiser)
    entry = found(fresh(cohort), "making")
    assert entry.changed_at == entry.written_at == OPENS + timedelta(days=2)


def test_a_reason_may_still_be_added_when_the_rubric_is_fixed(cast: Cast) -> None:
    """Late is better than never, and it carries the mark."""
    old, new = file.read(SMALL), file.read(with_reason())
    assert frozen_changes(old, new, cast.cohort.dates, cast.at("call_closes", days=1)) == []


def test_everybody_reads_the_reasons_and_organisers_what_is_missing() -> None:
    cast = gather(text=with_reason())
    address = cohort_url(cast.cohort, "programmes:reasons")
    page = Client().get(address).text
    assert "Because it ends with a project." in page
    assert "Written on" in page
    assert "No reason was written." in page
    assert "reasons are missing" not in page
    client = Client()
    client.force_login(cast.organiser)
    assert "3 reasons are missing" in client.get(address).text
    french = Client(headers={"accept-language": "fr"}).get(address).text
    assert "NÉCESSAIRE" in french
    assert address in Client().get(cohort_url(cast.cohort, "programmes:call")).text
    assert address in client.get(cohort_url(cast.cohort, "programmes:overview")).text


def test_a_rehearsals_reasons_are_seen_by_those_who_run_it(cast: Cast) -> None:
    Cohort.objects.filter(pk=cast.cohort.pk).update(rehearsal=True)
    assert Client().get(cohort_url(cast.cohort, "programmes:reasons")).status_code == 404


def test_a_programme_without_doors_and_rubric_says_so() -> None:
    text = mended(
        (
            'stages = ["eligibility", "equality", "review", "selection", "mentoring", "stipends", "training", '
            '"projects", "showcase", "impact"]',
            'stages = ["equality"]',
        )
    )
    cohort = cohort_of("home-lab", person("Olive Organiser"), text=text)
    assert "judges nobody" in Client().get(cohort_url(cohort, "programmes:reasons")).text


def test_missing_reasons_are_advice() -> None:
    keys = [hint.key for hint in file.advice(SMALL)]
    assert "review.criteria[making].rationale" in keys
    assert "eligibility[adult].rationale" in keys
    assert "review.criteria[making].rationale" not in [hint.key for hint in file.advice(with_reason())]


@pytest.mark.parametrize("name", programme_templates.names())
def test_templates_give_every_reason_in_both_languages(name: str) -> None:
    for _kind, item in items(file.read(programme_templates.text(name))):
        assert item.rationale is not None, item.code
        for part in ("needed", "measures", "considered", "affected"):
            words = getattr(item.rationale, part)
            assert set(words) == {"en", "fr"}
            assert say(words, "en") != say(words, "fr")


def test_another_institutions_versions_do_not_date_a_reason() -> None:
    organiser = person("Olive Organiser")
    cohort = cohort_of("home-lab", organiser, text=with_reason())
    cohort_of("rival-lab", person("Sasha Stranger"), text=SMALL)
    assert Institution.objects.count() == 2
    assert found(cohort, "making").written_at == OPENS
