"""Posts for everybody are public on consent, which stands in the one register and is taken back there."""

import pytest
from django.test import Client

from tests.cast import Cast, speaks
from tests.training.world import post, scholar_of
from tests.visiting import Clock, page, signed_in
from tremplin.core.models import AuditEvent
from tremplin.people.models import Consent
from tremplin.people.services import consents
from tremplin.selection import services as selection
from tremplin.training import services
from tremplin.training.models import Audience, JournalEntry
from tremplin.training.purposes import PUBLIC_JOURNAL

pytestmark = pytest.mark.django_db


def agrees(cast: Cast) -> bool:
    return consents.holds(cast.scholar, PUBLIC_JOURNAL, cast.cohort.ref)


def public(cast: Cast, entry: JournalEntry) -> int:
    return Client().get(page(cast, "training:public-entry", ref=entry.ref)).status_code


def test_the_first_public_post_is_the_consent_and_the_last_one_taken_back_ends_it(
    cast: Cast, clock: Clock
) -> None:
    scholar = scholar_of(cast)
    post(scholar, 1)
    assert not agrees(cast)
    second, third = post(scholar, 2, Audience.PUBLIC), post(scholar, 3, Audience.PUBLIC)
    assert agrees(cast)
    assert Consent.objects.count() == 1
    for entry, still in ((second, True), (third, False)):
        entry.scholar = scholar
        services.share_entry(entry=entry, audience=Audience.COHORT, actor=cast.scholar, now=clock.at)
        assert agrees(cast) is still


def test_a_post_without_a_title_is_called_by_its_week(cast: Cast, clock: Clock) -> None:
    scholar = scholar_of(cast)
    entry = post(scholar, 3, Audience.DRAFT, title="", body="Text")
    shared = services.share_entry(entry=entry, audience=Audience.COHORT, actor=cast.scholar, now=clock.at)
    assert (shared.title, shared.audience) == ("Week 3", Audience.COHORT)


def test_taken_back_at_the_account_all_public_posts_are_the_cohorts_alone(cast: Cast, clock: Clock) -> None:
    scholar = scholar_of(cast)
    draft = post(scholar, 1, Audience.DRAFT)
    shown = [post(scholar, week, Audience.PUBLIC) for week in (2, 3)]
    client = signed_in(cast.scholar)
    answer = client.post("/account/consents/training.public-journal/", {"about": cast.cohort.ref})
    assert answer.status_code == 302
    assert [public(cast, entry) for entry in shown] == [404, 404]
    assert set(JournalEntry.objects.exclude(pk=draft.pk).values_list("audience", flat=True)) == {"cohort"}
    assert JournalEntry.objects.get(pk=draft.pk).audience == Audience.DRAFT
    assert AuditEvent.objects.get(verb="training.journal-hidden").data == {"count": 2}
    assert not agrees(cast)


def test_who_left_can_still_take_their_posts_back(cast: Cast, clock: Clock) -> None:
    scholar = scholar_of(cast)
    entry = post(scholar, 1, Audience.PUBLIC)
    selection.withdraw_scholar(scholar=scholar, actor=cast.scholar, now=clock.at)
    assert public(cast, entry) == 200
    signed_in(cast.scholar).post("/account/consents/training.public-journal/", {"about": cast.cohort.ref})
    assert public(cast, entry) == 404


def test_posts_of_others_stay(cast: Cast, clock: Clock) -> None:
    entry = post(scholar_of(cast), 1, Audience.PUBLIC)
    assert services.hide_journal(cohort=cast.cohort, actor=cast.mentor, now=clock.at) == 0
    assert public(cast, entry) == 200


def test_the_text_stands_where_a_post_is_made_public(cast: Cast, clock: Clock) -> None:
    scholar_of(cast)
    speaks(cast.scholar, "en")
    assert (
        str(PUBLIC_JOURNAL.text) in signed_in(cast.scholar).get(page(cast, "training:write", number=1)).text
    )
