"""Roles are given by address and taken away, by organisers alone, however many tabs are open."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from tests.cast import OPENS, Cast
from tests.programmes.conftest import page
from tests.visiting import signed_in
from tremplin.core.errors import Conflict, Invalid, NotAllowed
from tremplin.core.models import AuditEvent
from tremplin.core.outbox.models import OutboxMessage
from tremplin.people.models import User
from tremplin.programmes import services
from tremplin.programmes.models import Membership
from tremplin.programmes.roles import GIVEN_BY_HAND, Role, roles_of


def invite(cast: Cast, **changes: object) -> tuple[Membership, bool]:
    given: dict[str, Any] = {
        "email": "new@example.org",
        "role": Role.REVIEWER,
        "actor": cast.organiser,
        **changes,
    }
    return services.invite(cohort=cast.cohort, now=OPENS, **given)


def test_an_address_that_nobody_has_becomes_a_person_without_a_password(cast: Cast) -> None:
    membership, new = invite(cast, name="  Nina   Neuve ", language="fr", email=" New@Example.org ")
    assert new
    assert (membership.user.email, membership.user.name, membership.user.language) == (
        "new@example.org",
        "Nina Neuve",
        "fr",
    )
    assert not membership.user.has_usable_password()
    mail = OutboxMessage.objects.get(to="new@example.org")
    assert mail.subject == "Votre rôle dans Petite promotion : évaluation".replace(" :", "\u00a0:")
    assert f"{page(cast, 'call')}desk/" in mail.body


def test_a_person_who_is_known_keeps_name_and_language(cast: Cast) -> None:
    membership, _new = invite(cast, email=cast.scholar.email, name="Another Name", language="en")
    cast.scholar.refresh_from_db()
    assert membership.user == cast.scholar
    assert (cast.scholar.name, cast.scholar.language) == ("Sami Scholar", "fr")


def test_giving_a_role_twice_gives_it_once_and_writes_once(cast: Cast) -> None:
    first, _new = invite(cast)
    again, new = invite(cast)
    assert (again, new) == (first, False)
    assert OutboxMessage.objects.filter(to="new@example.org").count() == 1
    assert AuditEvent.objects.filter(verb="programmes.role-granted", subject_ref=first.user.ref).count() == 1


@pytest.mark.parametrize(
    "email", ["", "nobody", "two@example.org, three@example.org", "x@y", "a b@example.org"]
)
def test_what_is_no_single_address_is_refused(cast: Cast, email: str) -> None:
    with pytest.raises(Invalid) as refused:
        invite(cast, email=email)
    assert set(refused.value.errors) == {"email"}


@pytest.mark.parametrize("role", sorted(set(Role) - set(GIVEN_BY_HAND)))
def test_nobody_is_made_scholar_or_applicant_by_hand(cast: Cast, role: Role) -> None:
    with pytest.raises(Invalid, match="never by hand"):
        invite(cast, role=role)


def test_a_closed_account_gets_no_role(cast: Cast) -> None:
    User.objects.filter(pk=cast.scholar.pk).update(is_active=False)
    with pytest.raises(Invalid, match="closed"):
        invite(cast, email=cast.scholar.email)


def test_only_organisers_give_and_take_roles(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        invite(cast, actor=cast.finance)
    with pytest.raises(NotAllowed):
        invite(cast, actor=cast.stranger)
    with pytest.raises(NotAllowed):
        services.revoke(
            user=cast.reviewer, cohort=cast.cohort, role=Role.REVIEWER, actor=cast.mentor, now=OPENS
        )


def test_a_role_that_is_taken_away_is_gone_and_logged(cast: Cast) -> None:
    for _twice in range(2):
        services.revoke(
            user=cast.reviewer, cohort=cast.cohort, role=Role.REVIEWER, actor=cast.organiser, now=OPENS
        )
    assert roles_of(cast.reviewer, cast.cohort) == frozenset()
    assert (
        AuditEvent.objects.filter(verb="programmes.role-revoked", subject_ref=cast.reviewer.ref).count() == 1
    )


def test_the_last_organiser_stays(cast: Cast) -> None:
    services.revoke(
        user=cast.colleague, cohort=cast.cohort, role=Role.ORGANISER, actor=cast.organiser, now=OPENS
    )
    with pytest.raises(Conflict, match="needs an organiser"):
        services.revoke(
            user=cast.organiser, cohort=cast.cohort, role=Role.ORGANISER, actor=cast.organiser, now=OPENS
        )


def test_a_role_that_somebody_has_by_applying_is_not_taken_by_hand(cast: Cast) -> None:
    services.grant(user=cast.applicant, cohort=cast.cohort, role=Role.APPLICANT, actor=None, now=OPENS)
    with pytest.raises(Conflict, match="application"):
        services.revoke(
            user=cast.applicant, cohort=cast.cohort, role=Role.APPLICANT, actor=cast.organiser, now=OPENS
        )


def test_the_page_lists_those_who_work_on_the_cohort(cast: Cast, organiser: Client) -> None:
    services.grant(user=cast.applicant, cohort=cast.cohort, role=Role.APPLICANT, actor=None, now=OPENS)
    text = organiser.get(page(cast, "people")).content.decode()
    assert cast.reviewer.email in text
    assert cast.stranger.email not in text
    assert cast.applicant.email not in text
    assert cast.applicant.email in organiser.get(page(cast, "people") + "?role=applicant").content.decode()


def test_names_are_found_without_their_accents(cast: Cast, organiser: Client) -> None:
    rows = organiser.get(page(cast, "people") + "?q=REMI").context["page"].object_list
    assert [row.user for row in rows] == [cast.second_reviewer]


def test_an_empty_search_says_so(cast: Cast, organiser: Client) -> None:
    assert "Nobody here" in organiser.get(page(cast, "people") + "?q=zzz").content.decode()


def test_the_form_gives_a_role(cast: Cast, organiser: Client) -> None:
    data = {"email": "new@example.org", "role": "mentor", "name": "Nina", "language": "fr"}
    response = organiser.post(page(cast, "people"), data, follow=True)
    assert "Nina is now mentor" in response.content.decode()
    assert roles_of(User.objects.get(email="new@example.org"), cast.cohort) == {Role.MENTOR}
    assert "already" in organiser.post(page(cast, "people"), data, follow=True).content.decode()


def test_a_form_with_faults_says_what_to_do_and_keeps_what_was_typed(cast: Cast, organiser: Client) -> None:
    response = organiser.post(
        page(cast, "people"), {"email": "not an address", "name": "Nina", "language": "fr"}
    )
    text = response.content.decode()
    assert response.status_code == 422
    assert "Write one mail address" in text
    assert "Choose a role." in text
    assert 'value="not an address"' in text
    assert 'value="Nina"' in text


def test_two_tabs_take_the_same_role_away_without_an_error(cast: Cast, organiser: Client) -> None:
    held = cast.reviewer.memberships.get(cohort=cast.cohort)
    address = page(cast, "revoke", ref=held.ref)
    assert "no longer reviewer" in organiser.post(address, follow=True).content.decode()
    assert "already been taken away" in organiser.post(address, follow=True).content.decode()


def test_a_role_is_taken_away_only_once_somebody_has_been_asked(cast: Cast, organiser: Client) -> None:
    own = cast.organiser.memberships.get(cohort=cast.cohort)
    theirs = cast.reviewer.memberships.get(cohort=cast.cohort)
    asked = organiser.get(page(cast, "revoke", ref=theirs.ref)).content.decode()
    assert cast.reviewer.get_full_name() in asked
    assert "This is your own role" not in asked
    assert "This is your own role" in organiser.get(page(cast, "revoke", ref=own.ref)).content.decode()
    assert cast.cohort.memberships.filter(pk__in=[own.pk, theirs.pk]).count() == 2


def test_an_organiser_may_step_back_and_lands_on_the_public_page(cast: Cast, organiser: Client) -> None:
    held = cast.organiser.memberships.get(cohort=cast.cohort)
    response = organiser.post(page(cast, "revoke", ref=held.ref))
    assert response["Location"] == page(cast, "call")
    assert organiser.get(page(cast, "people")).status_code == 404


def test_the_last_organiser_is_told_why_they_stay(cast: Cast, organiser: Client) -> None:
    services.revoke(
        user=cast.colleague, cohort=cast.cohort, role=Role.ORGANISER, actor=cast.organiser, now=OPENS
    )
    held = cast.organiser.memberships.get(cohort=cast.cohort)
    text = organiser.post(page(cast, "revoke", ref=held.ref), follow=True).content.decode()
    assert "Name another organiser first." in text


def test_an_observer_sees_no_list_of_people(cast: Cast, at: object) -> None:
    assert signed_in(cast.observer).get(page(cast, "people")).status_code == 403


def test_a_closed_account_is_told_at_the_address(cast: Cast, organiser: Client) -> None:
    User.objects.filter(pk=cast.scholar.pk).update(is_active=False)
    data = {"email": cast.scholar.email, "role": "mentor", "name": "", "language": "fr"}
    response = organiser.post(page(cast, "people"), data)
    assert response.status_code == 422
    assert "This account is closed." in response.content.decode()


def test_a_role_in_another_cohort_cannot_be_touched(cast: Cast, organiser: Client) -> None:
    theirs = cast.stranger.memberships.get()
    assert organiser.post(page(cast, "revoke", ref=theirs.ref)).status_code == 404
    assert roles_of(cast.stranger, cast.rival_cohort) == {Role.ORGANISER}


@pytest.mark.parametrize(("held", "wanted"), [(Role.REVIEWER, Role.OFFICER), (Role.OFFICER, Role.REVIEWER)])
def test_nobody_reviews_who_knows_what_was_asked_in_confidence(
    cast: Cast, organiser: Client, held: Role, wanted: Role
) -> None:
    who = cast.reviewer if held == Role.REVIEWER else cast.officer
    with pytest.raises(Invalid, match="Choose somebody else, or take the other role first"):
        services.grant(user=who, cohort=cast.cohort, role=wanted, actor=cast.organiser, now=OPENS)
    with pytest.raises(Invalid):
        services.grant(user=who, cohort=cast.cohort, role=wanted, actor=None, now=OPENS)
    response = organiser.post(page(cast, "people"), {"email": who.email, "role": wanted, "language": "en"})
    assert response.status_code == 422
    assert "take the other role first" in response.content.decode()
    assert roles_of(who, cast.cohort) == {held}


def test_an_organiser_is_no_accommodation_officer_before_somebody_says_so(cast: Cast) -> None:
    assert Role.OFFICER not in roles_of(cast.organiser, cast.cohort)
    services.grant(
        user=cast.organiser, cohort=cast.cohort, role=Role.OFFICER, actor=cast.colleague, now=OPENS
    )
    assert Role.OFFICER in roles_of(cast.organiser, cast.cohort)


def test_the_database_keeps_the_two_roles_apart_too(cast: Cast) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(user=cast.reviewer, cohort=cast.cohort, role=Role.OFFICER, created_at=OPENS)
