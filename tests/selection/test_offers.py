"""Two people decide; offers are answered once; places that come free go down the list by themselves."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.cast import Cast
from tests.selection.world import (
    accept,
    all_alike,
    ask_by_hand,
    decide,
    offers_of,
    propose,
    read_cohort,
    sign,
)
from tremplin.core.errors import Conflict, Invalid, NotAllowed, Stale
from tremplin.core.models import AuditEvent
from tremplin.core.outbox.models import Batch, OutboxMessage
from tremplin.core.outbox.tasks import leave_out
from tremplin.core.outbox.wanted import who_is_left_out
from tremplin.programmes.roles import Role, roles_of
from tremplin.selection import queries, rounds, rules, services
from tremplin.selection.models import Decision, Draw, Offer, Proposal, Scholar


def test_the_one_who_signs_is_never_the_one_who_confirms(cast: Cast) -> None:
    read_cohort(cast, 4)
    proposal, now = propose(cast), cast.at("decisions_out")
    with pytest.raises(Conflict):
        services.confirm(cohort=cast.cohort, actor=cast.colleague, version=proposal.version, now=now)
    sign(cast, proposal)
    with pytest.raises(NotAllowed):
        services.confirm(cohort=cast.cohort, actor=cast.organiser, version=proposal.version, now=now)
    with pytest.raises(NotAllowed):
        services.confirm(cohort=cast.cohort, actor=cast.observer, version=proposal.version, now=now)
    with pytest.raises(Stale):
        services.confirm(cohort=cast.cohort, actor=cast.colleague, version=proposal.version + 1, now=now)
    assert Offer.objects.count() == 0
    services.confirm(cohort=cast.cohort, actor=cast.colleague, version=proposal.version, now=now)
    assert Offer.objects.count() == 2
    with pytest.raises(Conflict):
        services.confirm(cohort=cast.cohort, actor=cast.colleague, version=proposal.version, now=now)
    assert Offer.objects.count() == 2


def test_the_database_itself_refuses_one_person_with_two_signatures(cast: Cast) -> None:
    read_cohort(cast, 3)
    proposal = sign(cast, propose(cast))
    with pytest.raises(IntegrityError), transaction.atomic():
        Proposal.objects.filter(pk=proposal.pk).update(confirmed_by=cast.organiser)


def test_confirmed_decisions_can_no_longer_be_changed(cast: Cast) -> None:
    read_cohort(cast, 4)
    proposal = decide(cast)
    decision = Decision.objects.select_related("proposal").first()
    assert decision is not None
    with pytest.raises(Conflict):
        ask_by_hand(cast, decision, "offer", proposal.version)
    with pytest.raises(Conflict):
        propose(cast)
    with pytest.raises(Conflict):
        sign(cast, proposal)


def test_mails_wait_in_three_batches_with_what_the_readers_saw(cast: Cast) -> None:
    read_cohort(cast, 5)
    decide(cast)
    batches = {batch.kind: batch.messages.count() for batch in Batch.objects.all()}
    assert batches == {"decision-offer": 2, "decision-waitlist": 1, "decision-decline": 2}
    assert set(OutboxMessage.objects.filter(kind__startswith="decision").values_list("state", flat=True)) == {
        "waiting"
    }
    decline = OutboxMessage.objects.filter(kind="decision-decline").first()
    assert decline is not None
    assert "2 people read your application." in decline.body
    assert "Drive: " in decline.body
    assert "station" not in decline.body  # comments of readers go by the page, if at all
    assert "/outcome/" in decline.body


def test_no_mail_tells_of_a_decision_that_life_has_overtaken(cast: Cast) -> None:
    read_cohort(cast, 5)
    decide(cast)
    declining, accepting = offers_of(cast.cohort)
    now = cast.at("decisions_out", days=1)
    accept(accepting, now)
    services.decline_offer(offer=declining, actor=declining.application.applicant, now=now)
    assert (
        Offer.objects.filter(promoted=True).count() == 1
    )  # who was told on the page, and by a mail of their own
    left = {}
    for batch in Batch.objects.filter(kind__startswith="decision-"):
        assert "got another outcome by that moment is left out" in who_is_left_out(batch)
        left[batch.kind] = leave_out(batch, now=now)
    assert left == {"decision-offer": 2, "decision-waitlist": 1, "decision-decline": 0}


def test_decision_mails_of_whom_nothing_has_changed_all_leave(cast: Cast) -> None:
    read_cohort(cast, 5)
    decide(cast)
    assert sum(leave_out(batch, now=cast.at("decisions_out")) for batch in Batch.objects.all()) == 0


def test_nobody_sees_an_outcome_before_it_is_final(cast: Cast) -> None:
    rows = read_cohort(cast, 4)
    proposal = propose(cast)
    sign(cast, proposal)
    assert {queries.outcome_for(row).code for row in rows} == {"undecided"}
    services.confirm(
        cohort=cast.cohort, actor=cast.colleague, version=proposal.version, now=cast.at("decisions_out")
    )
    assert sorted(queries.outcome_for(row).code for row in rows) == ["decline", "offer", "offer", "waitlist"]


def test_comments_of_readers_are_shown_only_if_the_organisers_chose_so(cast: Cast) -> None:
    rows = read_cohort(cast, 3)
    proposal = propose(cast)
    sign(cast, proposal, share_comments=True)
    services.confirm(
        cohort=cast.cohort, actor=cast.colleague, version=proposal.version, now=cast.at("decisions_out")
    )
    assert queries.outcome_for(rows[2]).comments == ("Write more about the station.",) * 2
    Proposal.objects.update(share_comments=False)
    assert queries.outcome_for(rows[2]).comments == ()


def test_accepting_makes_a_scholar_once_with_the_text_that_was_shown(cast: Cast) -> None:
    read_cohort(cast, 4)
    decide(cast)
    offer, now = offers_of(cast.cohort)[0], cast.at("decisions_out", days=1)
    scholar = accept(offer, now)
    assert accept(offer, now + timedelta(seconds=1)) == scholar
    assert Scholar.objects.count() == 1
    offer.refresh_from_db()
    assert (offer.state, offer.agreement) == ("accepted", "I will take part full-time.")
    assert offer.agreement_hash == rules.text_hash(offer.agreement)
    assert Role.SCHOLAR in roles_of(scholar.user, cast.cohort)
    assert AuditEvent.objects.filter(verb="selection.offer-accepted").count() == 1
    assert OutboxMessage.objects.filter(kind="offer-accepted").count() == 1
    assert queries.outcome_for(offer.application).code == "accepted"


def test_an_agreement_that_was_not_shown_cannot_be_agreed_to(cast: Cast) -> None:
    read_cohort(cast, 4)
    decide(cast)
    offer = offers_of(cast.cohort)[0]
    with pytest.raises(Stale):
        services.accept_offer(
            offer=offer,
            actor=offer.application.applicant,
            agreement=rules.text_hash("I give up my rights."),
            now=cast.at("decisions_out", days=1),
        )
    assert Scholar.objects.count() == 0


def test_only_the_person_answers_their_offer(cast: Cast) -> None:
    read_cohort(cast, 4)
    decide(cast)
    first, second = offers_of(cast.cohort)
    now = cast.at("decisions_out", days=1)
    for person in (second.application.applicant, cast.organiser):
        with pytest.raises(NotAllowed):
            accept(first, now, actor=person)
        with pytest.raises(NotAllowed):
            services.decline_offer(offer=first, actor=person, now=now)


def test_a_declined_place_goes_to_the_next_person_at_once(cast: Cast) -> None:
    read_cohort(cast, 5)
    decide(cast)
    now = cast.at("decisions_out", days=1)
    first = offers_of(cast.cohort)[0]
    services.decline_offer(offer=first, actor=first.application.applicant, now=now)
    services.decline_offer(offer=first, actor=first.application.applicant, now=now)
    promoted = offers_of(cast.cohort)[2]
    assert promoted.promoted
    assert promoted.answer_by == now + timedelta(days=7)
    assert Decision.objects.get(application=promoted.application).outcome == "waitlist"
    assert Offer.objects.count() == 3
    [mail] = OutboxMessage.objects.filter(kind="waitlist-promoted")
    assert (mail.to, mail.state) == (promoted.application.applicant.email, "queued")
    with pytest.raises(Conflict):
        accept(first, now)
    assert queries.places(cast.cohort) is not None
    assert [row.code for row in map(queries.outcome_for, [first.application, promoted.application])] == [
        "declined",
        "offer",
    ]


def test_offers_end_after_the_deadline_and_its_grace_and_not_before(cast: Cast) -> None:
    read_cohort(cast, 5)
    decide(cast)
    first, second = offers_of(cast.cohort)
    end = first.answer_by
    assert services.expire_offers(cohort=cast.cohort, now=end + timedelta(minutes=30)) == 0
    accept(first, end + timedelta(minutes=29))
    assert services.expire_offers(cohort=cast.cohort, now=end + timedelta(minutes=31)) == 1
    assert services.expire_offers(cohort=cast.cohort, now=end + timedelta(minutes=31)) == 0
    second.refresh_from_db()
    assert second.state == "expired"
    assert Offer.objects.filter(promoted=True).count() == 1
    with pytest.raises(Conflict):
        accept(second, end + timedelta(minutes=32))
    assert OutboxMessage.objects.filter(kind="offer-expired").count() == 1


def test_an_offer_that_is_over_cannot_be_accepted_even_before_the_clock_has_ended_it(cast: Cast) -> None:
    read_cohort(cast, 4)
    decide(cast)
    offer = offers_of(cast.cohort)[0]
    with pytest.raises(Conflict):
        accept(offer, offer.answer_by + timedelta(hours=1))


def test_there_are_never_more_offers_than_places(cast: Cast) -> None:
    read_cohort(cast, 6, all_alike)
    decide(cast)
    now = cast.at("decisions_out", days=1)
    assert services.promote(cohort=cast.cohort, now=now) == []
    for offer in offers_of(cast.cohort):
        services.decline_offer(offer=offer, actor=offer.application.applicant, now=now)
    live = Offer.objects.filter(state__in=["open", "accepted"]).count()
    assert live == 1  # one person was on the waitlist
    view = queries.places(cast.cohort)
    assert view is not None
    assert (view.free, view.waiting) == (1, 0)


def test_somebody_who_leaves_the_waitlist_is_passed_over(cast: Cast) -> None:
    rows = read_cohort(cast, 5)
    decide(cast)
    now = cast.at("decisions_out", days=1)
    waiting = Decision.objects.select_related("application__applicant").get(outcome="waitlist")
    waiting.application.cohort = cast.cohort
    with pytest.raises(NotAllowed):
        services.leave_waitlist(application=waiting.application, actor=cast.organiser, now=now)
    for _ in range(2):
        services.leave_waitlist(application=waiting.application, actor=waiting.application.applicant, now=now)
    assert queries.outcome_for(waiting.application).code == "left"
    first = offers_of(cast.cohort)[0]
    services.decline_offer(offer=first, actor=first.application.applicant, now=now)
    assert Offer.objects.count() == 2
    declined = next(row for row in rows if queries.outcome_for(row).code == "decline")
    declined.cohort = cast.cohort
    with pytest.raises(Conflict):
        services.leave_waitlist(application=declined, actor=declined.applicant, now=now)


def test_a_scholar_who_leaves_before_training_frees_the_place_and_later_does_not(cast: Cast) -> None:
    read_cohort(cast, 6)
    decide(cast)
    now = cast.at("decisions_out", days=1)
    first, second = (accept(offer, now) for offer in offers_of(cast.cohort))
    with pytest.raises(Invalid):
        services.withdraw_scholar(scholar=first, actor=cast.organiser, now=now)
    with pytest.raises(NotAllowed):
        services.withdraw_scholar(scholar=first, actor=cast.mentor, now=now, reason="x")
    for _ in range(2):
        services.withdraw_scholar(scholar=first, actor=first.user, now=now)
    assert Offer.objects.filter(promoted=True).count() == 1
    assert queries.outcome_for(first.application).code == "withdrawn"
    assert Role.SCHOLAR in roles_of(first.user, cast.cohort)
    services.withdraw_scholar(
        scholar=second, actor=cast.organiser, now=cast.at("training_starts", days=3), reason="Illness"
    )
    assert Offer.objects.filter(promoted=True).count() == 1
    events = AuditEvent.objects.filter(verb="selection.scholar-left")
    assert "Illness" not in str(list(events.values_list("data", flat=True)))
    assert list(queries.scholars(cast.cohort)) == []


def test_more_time_to_answer(cast: Cast) -> None:
    read_cohort(cast, 4)
    decide(cast)
    offer, now = offers_of(cast.cohort)[0], cast.at("decisions_out", days=1)
    later = offer.answer_by + timedelta(days=3)
    with pytest.raises(Invalid):
        services.extend_offer(offer=offer, actor=cast.organiser, until=now, now=now)
    with pytest.raises(NotAllowed):
        services.extend_offer(offer=offer, actor=offer.application.applicant, until=later, now=now)
    services.extend_offer(offer=offer, actor=cast.organiser, until=later, now=now)
    assert services.expire_offers(cohort=cast.cohort, now=offer.answer_by + timedelta(days=1)) == 1
    accept(offer, later)
    with pytest.raises(Conflict):
        services.extend_offer(offer=offer, actor=cast.organiser, until=later + timedelta(days=1), now=now)


def test_the_clock_commits_reminds_expires_and_closes(cast: Cast) -> None:
    read_cohort(cast, 5)
    rounds.selection_round(cohort=cast.cohort, now=cast.at("call_closes", hours=-1))
    assert Draw.objects.count() == 0
    rounds.selection_round(cohort=cast.cohort, now=cast.at("call_closes", hours=1))
    assert Draw.objects.get().committed_by is None
    decide(cast, secret="")
    end = offers_of(cast.cohort)[0].answer_by
    for _ in range(2):
        rounds.selection_round(cohort=cast.cohort, now=end - timedelta(hours=30))
    assert OutboxMessage.objects.filter(kind="offer-reminder").count() == 2
    rounds.selection_round(cohort=cast.cohort, now=end + timedelta(hours=1))
    assert Offer.objects.filter(state="expired").count() == 2
    assert Offer.objects.filter(state="open", promoted=True).count() == 1
    rounds.selection_round(cohort=cast.cohort, now=cast.at("training_starts", hours=1))
    view = queries.places(cast.cohort)
    assert view is not None
    assert view.closed_at is not None
    assert view.open == 0


def test_closing_the_waitlist_tells_everybody_who_still_waits_once(cast: Cast) -> None:
    read_cohort(cast, 5)
    with pytest.raises(Conflict):
        services.close_waitlist(cohort=cast.cohort, actor=cast.organiser, now=cast.at("decisions_out"))
    decide(cast)
    now = cast.at("decisions_out", days=1)
    with pytest.raises(NotAllowed):
        services.close_waitlist(cohort=cast.cohort, actor=cast.reviewer, now=now)
    assert services.close_waitlist(cohort=cast.cohort, actor=cast.organiser, now=now) == 1
    assert services.close_waitlist(cohort=cast.cohort, actor=cast.organiser, now=now) == 0
    first = offers_of(cast.cohort)[0]
    services.decline_offer(offer=first, actor=first.application.applicant, now=now)
    assert Offer.objects.count() == 2
    waiting = Decision.objects.select_related("application").get(outcome="waitlist").application
    assert queries.outcome_for(waiting).code == "closed"


def test_when_an_offer_must_be_answered(cast: Cast) -> None:
    plan, dates = cast.cohort.plan, cast.cohort.dates
    first = rules.answer_by(plan, dates, cast.at("decisions_out"))
    assert first == cast.at("offers_answered")
    late = rules.answer_by(plan, dates, cast.at("offers_answered", days=1), promoted=True)
    assert late == cast.at("offers_answered", days=8)
    last = rules.answer_by(plan, dates, cast.at("training_starts", days=-1), promoted=True)
    assert last == cast.at("training_starts")
