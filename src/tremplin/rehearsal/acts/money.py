"""Act five: payment details come in, one of them late, and finance pays every week, always two people."""

from datetime import datetime, timedelta

from tremplin.people.models import User
from tremplin.programmes.queries import people_with
from tremplin.programmes.roles import Role
from tremplin.rehearsal.acts.mentoring import taking_part
from tremplin.rehearsal.stage import Deed, Play
from tremplin.selection.models import Scholar
from tremplin.stipends import queries, rules, services
from tremplin.stipends.models import Instalment, InstalmentState

LATE_FORM = timedelta(days=17)


def rehearse(play: Play) -> None:
    """Put the act on the agenda: details in the week before training, then a pay day each week."""
    cohort = play.cohort
    if cohort.plan.stipend is None:
        return
    starts = cohort.date("training_starts")
    play.plan(starts - timedelta(days=8), _ask_for_details(play))
    last = max(instalment.due.after(cohort.dates) for instalment in cohort.plan.stipend.instalments)
    day = starts - timedelta(days=2)
    while day < last + timedelta(weeks=8):
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


def _paid(play: Play, instalment: Instalment, actor: User) -> Deed:
    def deed(now: datetime) -> None:
        services.mark_paid(instalment=instalment, actor=actor, now=now)
        play.tally["payments"] += 1

    return deed
