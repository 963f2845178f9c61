"""Act five: payment details come in, one of them late, and finance pays every week, always two people.

A payment that waits for a check-in is opened by an organiser when the reminders brought none; one that nobody has
earned any more is cancelled. So the ledger of a finished edition has no line left open.
"""

from datetime import datetime, timedelta

from tremplin.people.models import User
from tremplin.programmes.queries import people_with
from tremplin.programmes.roles import Role
from tremplin.rehearsal.acts.mentoring import taking_part
from tremplin.rehearsal.stage import Deed, Play
from tremplin.selection.models import Scholar, ScholarState
from tremplin.stipends import queries, rules, services
from tremplin.stipends.models import Instalment, InstalmentState
from tremplin.training.models import Audience, JournalEntry

LATE_FORM = timedelta(days=17)
PATIENCE = timedelta(days=14)  # after the day on which it was due, before an organiser opens a payment
PAYS_ON = 8  # weeks after the last payment was due to anybody
LATELY = timedelta(weeks=4)
_KEEPS_WRITING = {
    "en": "Two reminders brought no check-in, but your journal shows that the work goes on. "
    "Money should not wait for a form.",
    "fr": "Deux rappels sont restés sans réponse, mais votre journal montre que le travail avance. "
    "L’argent n’a pas à attendre un formulaire.",
}
_SPOKE = {
    "en": "We spoke on the phone: the work goes on, and the check-in was all that was missing.",
    "fr": "Nous nous sommes parlé au téléphone : le travail avance, et il ne manquait que votre point.",
}
_LEFT = {
    "en": "You left before this payment was due. What was due until then has been paid.",
    "fr": "Vous avez quitté le programme avant l’échéance de ce versement. Ce qui était dû jusque-là a été versé.",
}


def rehearse(play: Play) -> None:
    """Put the act on the agenda: details in the week before training, then a pay day each week."""
    cohort = play.cohort
    if cohort.plan.stipend is None:
        return
    starts = cohort.date("training_starts")
    play.plan(starts - timedelta(days=8), _ask_for_details(play))
    last = max(instalment.due.after(cohort.dates) for instalment in cohort.plan.stipend.instalments)
    day = starts - timedelta(days=2)
    while day < last + timedelta(weeks=PAYS_ON + cohort.plan.stipend.extension_weeks):
        play.plan(day, _pay_day(play))
        day += timedelta(weeks=1)


def _ask_for_details(play: Play) -> Deed:
    def deed(now: datetime) -> None:
        for number, scholar in enumerate(taking_part(play)):
            who = play.population.scholar(play.person(scholar.user))
            wait = timedelta(days=who.bank_form_days)
            # Every programme has one: the second scholar's bank takes its time.
            play.plan(now + (max(wait, LATE_FORM) if number == 1 else wait), _give_details(play, scholar))

    return deed


def _give_details(play: Play, scholar: Scholar) -> Deed:
    def deed(now: datetime) -> None:
        person = play.person(scholar.user)
        details = services.PayeeDetails(
            holder=person.name,
            account=f"TEST {person.seed % 10**10:010d}",
            bank="TESTXXXX",
            country=person.country,
            town=person.town,
        )
        with play.refusals("stipends", now):
            services.save_payee_form(
                scholar=scholar, details=details, expected_version=0, actor=scholar.user, now=now
            )

    return deed


def _pay_day(play: Play) -> Deed:
    """Whatever can be prepared is prepared by one, approved by another, ordered, and paid two days later."""

    def deed(now: datetime) -> None:
        payers = list(people_with(play.cohort, Role.FINANCE))
        if len(payers) < 2:
            play.mishap(now, "stipends", "one_finance_person")
            return
        first, second = payers[0], payers[1]
        rows = queries.visible_instalments(first, play.cohort).filter(state=InstalmentState.PLANNED)
        for line in queries.lines(rows, now=now):
            if line.waits_for:
                _note_waiting(play, line, now)
                _unblock(play, line, first, now)
                continue
            with play.refusals("stipends", now):
                services.prepare(instalment=line.instalment, actor=first, now=now)
                services.approve(instalment=line.instalment, actor=second, now=now)
                services.order(
                    instalment=line.instalment,
                    reference=f"PAY-{line.instalment.ref.upper()}",
                    actor=first,
                    now=now,
                )
                play.plan(now + timedelta(days=2), _paid(play, line.instalment, second))

    return deed


def _note_waiting(play: Play, line: queries.Line, now: datetime) -> None:
    row = line.instalment
    if line.late and now - row.due < rules.LATE_AFTER + timedelta(weeks=1):
        play.mishap(now, "stipends", "payment_late", waits_for=line.waits_for, days=(now - row.due).days)


def _unblock(play: Play, line: queries.Line, payer: User, now: datetime) -> None:
    """What a person decides when waiting helps no more, with a reason that the scholar reads in their language."""
    row = line.instalment
    language = play.person(row.scholar.user).language
    if line.waits_for == "gate" and now >= line.due + PATIENCE:
        organiser = people_with(play.cohort, Role.ORGANISER)[0]
        reason = (_KEEPS_WRITING if _writes(row.scholar, now) else _SPOKE)[language]
        with play.refusals("stipends", now) as attempt:
            services.open_gate(instalment=row, reason=reason, actor=organiser, now=now)
        if not attempt.refused:
            play.tally["payments-opened"] += 1
            play.mishap(now, "stipends", "payment_opened", checkin=row.gate)
    elif line.waits_for == "left" and row.scholar.state == ScholarState.LEFT:
        with play.refusals("stipends", now):
            services.cancel(instalment=row, reason=_LEFT[language], actor=payer, now=now)


def _writes(scholar: Scholar, now: datetime) -> bool:
    """Whether this scholar has shown something in the journal lately."""
    shown = JournalEntry.objects.filter(scholar=scholar).exclude(audience=Audience.DRAFT)
    return shown.filter(created_at__gte=now - LATELY).exists()


def _paid(play: Play, instalment: Instalment, actor: User) -> Deed:
    def deed(now: datetime) -> None:
        services.mark_paid(instalment=instalment, actor=actor, now=now)
        play.tally["payments"] += 1

    return deed
