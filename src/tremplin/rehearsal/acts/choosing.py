"""Act three: scores, bands and the draw become decisions; two people sign; places are taken, declined, passed on."""

from datetime import datetime, timedelta
from hashlib import sha256

from tremplin.core.outbox.models import Batch, BatchState
from tremplin.people.models import User
from tremplin.programmes import services as programmes
from tremplin.programmes.queries import people_with
from tremplin.programmes.roles import Role
from tremplin.rehearsal.stage import Deed, Play
from tremplin.selection import queries, rules, services
from tremplin.selection.models import Offer, OfferState, Proposal
from tremplin.selection_report import services as accounts
from tremplin.selection_report.queries import blocked

_ACCOUNT = {
    "preparation": {
        "en": "Invented reviewers, each as harsh and as exact as the population file makes them.",
        "fr": "Des évaluateur·rices inventé·es, aussi sévères et aussi précis·es que la population le veut.",
    },
    "machines": {
        "en": "A rehearsal wrote the applications and the reads. No text was judged by a program.",
        "fr": "Une répétition a écrit les candidatures et les lectures. Aucun texte n’a été jugé par un programme.",
    },
    "wrong": {
        "en": "What broke stands in the report of the rehearsal.",
        "fr": "Ce qui a cassé se trouve dans le rapport de la répétition.",
    },
}
_AFTER_TELLING = timedelta(days=2)


def rehearse(play: Play) -> None:
    """Put the act on the agenda: decisions the day before they are out, then offers as they come."""
    cohort = play.cohort
    if cohort.plan.selection is None or cohort.plan.review is None:
        return
    out = cohort.date("decisions_out")
    play.plan(out - timedelta(days=1, hours=3), _decide(play))
    play.plan(out, _release(play))
    day = out + timedelta(hours=6)
    while day < cohort.date("training_starts"):
        play.plan(day, _look_at_offers(play))
        day += timedelta(days=1)
    play.plan(out + _AFTER_TELLING, _account(play))


def _account(play: Play) -> Deed:
    """The selection is told to everybody, once everyone who applied has heard; later where decisions came later."""

    def deed(now: datetime) -> None:
        cohort = play.cohort
        if blocked(cohort):
            if now < cohort.date("training_starts"):
                play.plan(now + _AFTER_TELLING, deed)
            return
        organiser = people_with(cohort, Role.ORGANISER)[0]
        with play.refusals("selection", now):
            written = accounts.save_words(
                cohort=cohort, sections=_ACCOUNT, expected_version=0, actor=organiser, now=now
            )
            accounts.publish(cohort=cohort, version=written.version, actor=organiser, now=now)

    return deed


def _decide(play: Play) -> Deed:
    """Propose, draw, sign, confirm; when somebody is unread, decisions wait a day, and the rehearsal says so."""

    def deed(now: datetime) -> None:
        first, second = list(people_with(play.cohort, Role.ORGANISER))[:2]
        with play.refusals("selection", now) as attempt:
            proposal = services.propose(cohort=play.cohort, actor=first, now=now)
            _note_round(play, first, now)
            proposal = services.draw_places(
                cohort=play.cohort, actor=first, version=proposal.version, now=now
            )
            proposal = services.sign(
                cohort=play.cohort, actor=first, version=proposal.version, now=now, share_comments=True
            )
            services.confirm(cohort=play.cohort, actor=second, version=proposal.version, now=now)
            play.tally["decisions"] += proposal.decisions.count()
        waited = now - play.cohort.date("decisions_out")
        if attempt.refused and waited < timedelta(days=21):
            play.plan(now + timedelta(days=1), deed)
            play.plan(now + timedelta(days=1, hours=3), _release(play))

    return deed


def _note_round(play: Play, organiser: User, now: datetime) -> None:
    """Where a public round decides as well, an invented one: a rehearsal asks nobody outside."""
    found = queries.public_draw(play.cohort)
    if found is not None and found.round is not None and not found.round.value:
        invented = sha256(found.commitment.encode()).hexdigest() + "0" * 32
        text = f"{found.round.number} {invented}"
        services.give_value(cohort=play.cohort, actor=organiser, text=text, now=now)


def _release(play: Play) -> Deed:
    """An organiser has looked at every batch and lets it go."""

    def deed(now: datetime) -> None:
        organiser = people_with(play.cohort, Role.ORGANISER)[0]
        for batch in Batch.objects.filter(scope=play.cohort.scope, state=BatchState.OPEN).order_by("pk"):
            with play.refusals("outbox", now):
                programmes.release(cohort=play.cohort, batch=batch, actor=organiser, now=now)
        if not Proposal.objects.filter(cohort=play.cohort, confirmed_at__isnull=False).exists():
            play.mishap(now, "selection", "decisions_late")

    return deed


def _look_at_offers(play: Play) -> Deed:
    """Every open offer is answered on a day of its own; some are declined, a slow one may expire."""

    def deed(now: datetime) -> None:
        offers = Offer.objects.filter(cohort=play.cohort, state=OfferState.OPEN).select_related(
            "application__applicant", "cohort__programme__institution", "cohort__version"
        )
        for offer in offers.order_by("pk"):
            who = play.population.scholar(play.person(offer.application.applicant))
            if now - offer.created_at >= timedelta(days=who.offer_answer_days):
                _answer(play, offer, now, declines=who.declines_offer)

    return deed


def _answer(play: Play, offer: Offer, now: datetime, *, declines: bool) -> None:
    applicant = offer.application.applicant
    offer.cohort = play.cohort
    with play.refusals("offers", now):
        if declines:
            services.decline_offer(offer=offer, actor=applicant, now=now)
            play.tally["declined-offers"] += 1
        else:
            _text, shown = rules.agreement(play.cohort.plan, applicant.language)
            services.accept_offer(offer=offer, actor=applicant, agreement=shown, now=now)
            play.tally["scholars"] += 1
