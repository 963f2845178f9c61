from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tests.cast import Cast, enrol, person
from tests.mentoring.world import crowd, offer, pair
from tremplin.core.errors import Conflict, Invalid, NotAllowed, Stale
from tremplin.core.models import AuditEvent
from tremplin.core.outbox.models import OutboxMessage
from tremplin.mentoring import queries, services
from tremplin.mentoring.models import Concern, MatchWish, MentorProfile, Pairing
from tremplin.programmes.roles import Role
from tremplin.programmes.services import grant, revoke
from tremplin.selection import services as selection
from tremplin.selection.models import Scholar, ScholarState


def wish(cast: Cast, scholar: Scholar, **changed: Any) -> MatchWish:
    values: dict[str, Any] = {
        "topics": ["vision"],
        "languages": ["fr"],
        "note": "",
        "expected_version": 0,
        **changed,
    }
    return services.save_wish(
        scholar=scholar,
        actor=scholar.user,
        now=cast.at("training_starts", days=-15),
        **values,
    )


def test_a_mentor_says_what_they_offer_and_changes_it(cast: Cast) -> None:
    assert offer(cast).version == 1
    profile = offer(cast, capacity=0, about=" Ask me anything ", expected_version=1)
    assert (profile.capacity, profile.about, profile.version) == (0, "Ask me anything", 2)
    with pytest.raises(Stale):
        offer(cast, expected_version=1)


def test_an_offer_that_cannot_be_is_refused_field_by_field(cast: Cast) -> None:
    with pytest.raises(Invalid) as refusal:
        offer(cast, capacity=2, topics=["magic"], languages=["xx"], about="a" * 2003)
    assert set(refusal.value.errors) == {"capacity", "topics", "languages", "about"}
    assert "3 characters" in refusal.value.errors["about"][0]
    assert not MentorProfile.objects.exists()


@pytest.mark.parametrize("role", ["organiser", "reviewer", "observer", "finance", "stranger"])
def test_only_mentors_offer(cast: Cast, role: str) -> None:
    with pytest.raises(NotAllowed):
        offer(cast, getattr(cast, role))


def test_only_the_scholar_says_what_they_wish(cast: Cast) -> None:
    scholar = enrol(cast)
    assert wish(cast, scholar, note="Somebody patient").note == "Somebody patient"
    with pytest.raises(Stale):
        wish(cast, scholar)
    with pytest.raises(Invalid, match="Take out 1 character"):
        wish(cast, scholar, note="a" * 2001, expected_version=1)
    with pytest.raises(NotAllowed):
        services.save_wish(
            scholar=scholar,
            actor=cast.organiser,
            topics=[],
            languages=[],
            note="",
            expected_version=1,
            now=cast.at("training_starts"),
        )


def test_the_matching_proposes_who_shares_topics_and_says_why(cast: Cast) -> None:
    scholar = enrol(cast)
    wish(cast, scholar)
    other = person("Nora Numbers")
    grant(
        user=other,
        cohort=cast.cohort,
        role=Role.MENTOR,
        actor=cast.organiser,
        now=cast.at("training_starts", days=-30),
    )
    offer(cast, other, topics=["language"])
    best = offer(cast)
    proposal = queries.proposal(cast.cohort, now=cast.at("training_starts", days=-8))
    (found,) = proposal.pairs
    assert (found.mentor, found.fit.shared_topics) == (best, ("vision",))
    assert [option.mentor.user.name for option in proposal.options[scholar.ref]] == [
        "Mona Mentor",
        "Nora Numbers",
    ]


def test_whoever_shares_no_language_with_anybody_is_left_over_and_can_still_be_paired_by_hand(
    cast: Cast,
) -> None:
    scholar = enrol(cast)
    wish(cast, scholar, languages=["fr"])
    profile = offer(cast, languages=["en"])
    now = cast.at("training_starts", days=-8)
    proposal = queries.proposal(cast.cohort, now=now)
    assert (proposal.pairs, [row.pk for row in proposal.left_over]) == ([], [scholar.pk])
    option = proposal.option(scholar.ref, profile.ref)
    assert option is not None
    assert option.fit.obstacle == "language"
    done = services.make_pairs(
        cohort=cast.cohort, chosen={scholar.ref: profile.ref}, actor=cast.organiser, now=now
    )
    assert done.made == 1


def test_nobody_is_proposed_as_their_own_mentor(cast: Cast) -> None:
    scholar = enrol(cast)
    now = cast.at("training_starts", days=-30)
    grant(user=cast.scholar, cohort=cast.cohort, role=Role.MENTOR, actor=cast.organiser, now=now)
    own = offer(cast, cast.scholar)
    assert queries.proposal(cast.cohort, now=now).pairs == []
    with pytest.raises(Conflict, match="own mentor"):
        services.pair(scholar=scholar, mentor=own, actor=cast.organiser, now=now)


def test_a_pair_is_told_to_both_and_logged(cast: Cast) -> None:
    pairing = pair(cast)
    kinds = dict(OutboxMessage.objects.values_list("to", "kind"))
    assert kinds[cast.scholar.email] == "pairing-scholar"
    assert kinds[cast.mentor.email] == "pairing-mentor"
    assert AuditEvent.objects.filter(verb="mentoring.paired", subject_ref=pairing.ref).count() == 1


@pytest.mark.parametrize("role", ["mentor", "scholar", "observer", "finance", "reviewer", "stranger"])
def test_only_organisers_make_and_end_pairs(cast: Cast, role: str) -> None:
    scholar, profile = enrol(cast), offer(cast)
    now = cast.at("training_starts")
    with pytest.raises(NotAllowed):
        services.pair(scholar=scholar, mentor=profile, actor=getattr(cast, role), now=now)
    with pytest.raises(NotAllowed):
        services.make_pairs(cohort=cast.cohort, chosen={}, actor=getattr(cast, role), now=now)
    pairing = pair(cast, scholar)
    with pytest.raises(NotAllowed):
        services.end_pairing(pairing=pairing, actor=getattr(cast, role), reason="x", now=now)


def test_a_full_mentor_takes_nobody_more_and_a_paired_scholar_no_second(cast: Cast) -> None:
    pairing = pair(cast)
    (late,) = crowd(cast, 1)
    now = cast.at("training_starts")
    with pytest.raises(Conflict, match="no place left"):
        services.pair(scholar=late, mentor=pairing.mentor, actor=cast.organiser, now=now)
    with pytest.raises(Conflict, match="has a mentor already"):
        services.pair(scholar=pairing.scholar, mentor=pairing.mentor, actor=cast.organiser, now=now)


def test_the_database_itself_refuses_a_second_mentor(cast: Cast) -> None:
    pairing = pair(cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        Pairing.objects.create(
            scholar=pairing.scholar, mentor=pairing.mentor, created_at=cast.at("training_starts")
        )


def test_a_scholar_who_left_frees_their_mentor_and_is_paired_no_more(cast: Cast) -> None:
    pairing = pair(cast)
    now = cast.at("training_starts", days=3)
    selection.withdraw_scholar(scholar=pairing.scholar, actor=cast.scholar, now=now)
    (late,) = crowd(cast, 1)
    services.pair(scholar=late, mentor=pairing.mentor, actor=cast.organiser, now=now)
    gone = Scholar.objects.get(pk=pairing.scholar_id)
    with pytest.raises(Conflict, match="not taking part"):
        services.pair(scholar=gone, mentor=pairing.mentor, actor=cast.organiser, now=now)


def test_who_no_longer_mentors_is_neither_proposed_nor_paired(cast: Cast) -> None:
    scholar, profile = enrol(cast), offer(cast)
    membership = cast.mentor.memberships.get(role=Role.MENTOR)
    now = cast.at("training_starts", days=-8)
    revoke(user=cast.mentor, cohort=cast.cohort, role=Role.MENTOR, actor=cast.organiser, now=now)
    assert not type(membership).objects.filter(pk=membership.pk).exists()
    assert queries.proposal(cast.cohort, now=now).pairs == []
    with pytest.raises(Conflict, match="not in the cohort"):
        services.pair(scholar=scholar, mentor=profile, actor=cast.organiser, now=now)


def test_many_pairs_at_once_each_stand_alone(cast: Cast) -> None:
    first, second = crowd(cast, 2)
    profile = offer(cast)
    now = cast.at("training_starts", days=-8)
    done = services.make_pairs(
        cohort=cast.cohort,
        chosen={first.ref: profile.ref, second.ref: profile.ref, "nobody": profile.ref},
        actor=cast.organiser,
        now=now,
        once="k1",
    )
    assert done.made == 1
    assert any("no place left" in text for text in done.refused)
    assert any("meantime" in text for text in done.refused)
    again = services.make_pairs(
        cohort=cast.cohort, chosen={second.ref: profile.ref}, actor=cast.organiser, now=now, once="k1"
    )
    assert (again.made, again.refused, again.again) == (0, [], True)
    assert Pairing.objects.get().explanation["hours"] > 0


def test_a_pairing_ends_with_a_word_for_organisers_and_a_mail_without_it(cast: Cast) -> None:
    pairing = pair(cast)
    now = cast.at("training_starts", days=9)
    Concern.objects.create(pairing=pairing, code="week-2", kind="silent-mentor", created_at=now)
    with pytest.raises(Invalid):
        services.end_pairing(pairing=pairing, actor=cast.organiser, reason=" ", now=now)
    services.end_pairing(pairing=pairing, actor=cast.organiser, reason="Moved abroad", now=now)
    assert Concern.objects.get().closed_at == now
    mails = OutboxMessage.objects.filter(kind="pairing-ended")
    assert {mail.to for mail in mails} == {cast.scholar.email, cast.mentor.email}
    assert not any("Moved abroad" in mail.body for mail in mails)
    assert not AuditEvent.objects.filter(data__icontains="abroad").exists()
    with pytest.raises(Conflict, match="ended already"):
        services.end_pairing(pairing=pairing, actor=cast.organiser, reason="x", now=now)
    again = pair(cast, pairing.scholar, at=now)
    assert again.pk != pairing.pk


def test_organisers_and_observers_see_all_pairings_and_others_their_own(cast: Cast) -> None:
    pairing = pair(cast)
    crowd(cast, 2, mentored=True)
    counts = {
        role: queries.visible_pairings(getattr(cast, role), cast.cohort).count()
        for role in ("organiser", "observer", "mentor", "scholar", "finance", "reviewer", "stranger")
    }
    assert counts == {
        "organiser": 3,
        "observer": 3,
        "mentor": 1,
        "scholar": 1,
        "finance": 0,
        "reviewer": 0,
        "stranger": 0,
    }
    assert queries.visible_pairings(cast.mentor, cast.cohort).get() == pairing
    assert not queries.visible_pairings(cast.organiser, cast.rival_cohort).exists()


def test_pairings_in_force_come_first_whatever_the_database(cast: Cast) -> None:
    pairing = pair(cast)
    now = cast.at("training_starts", days=9)
    services.end_pairing(pairing=pairing, actor=cast.organiser, reason="x", now=now)
    fresh = pair(cast, Scholar.objects.get(), at=now)
    assert list(queries.visible_pairings(cast.organiser, cast.cohort)) == [fresh, pairing]


def test_scholars_without_a_mentor_are_those_who_take_part(cast: Cast) -> None:
    crowd(cast, 3, mentored=True)
    alone, left = crowd(cast, 2, prefix="alone")
    Scholar.objects.filter(pk=left.pk).update(state=ScholarState.LEFT)
    assert list(queries.unpaired(cast.cohort)) == [alone]
