"""Opening the count of linked answers: one person proposes, another confirms, and after a while it is sealed again."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from tremplin.core.errors import Conflict, Invalid, NotAllowed
from tremplin.equality.counting import count, figures, least_of, shown, sums
from tremplin.equality.linked import asked
from tremplin.equality.models import Kind, LinkedAnswers, Purpose, Release, Unsealing
from tremplin.people.models import User
from tremplin.programmes import funnel, releases
from tremplin.programmes.log import log
from tremplin.programmes.models import Cohort
from tremplin.programmes.queries import people_with
from tremplin.programmes.roles import Role, require

WAITS = timedelta(days=14)
"""So long a proposal waits for a second person."""
OPEN = timedelta(days=30)
"""So long the figures are shown before they are sealed again."""
SHORTEST, LONGEST = 20, 1000


@transaction.atomic
def propose(*, cohort: Cohort, actor: User, purpose: str, reason: str, now: datetime) -> Unsealing:
    """Propose to open the count, for a purpose and with a reason that the second person reads.

    Order: permission; the cohort, locked; it may be opened; nothing is open or proposed; the row; the audit event,
    which names the purpose and not the reason. Raises NotAllowed, Conflict; Invalid under “purpose”, “reason”.
    """
    require(actor, cohort, Role.ORGANISER)
    _hold(cohort)
    _require_ready(cohort)
    _require_words(purpose, reason)
    seal_what_is_over(cohort=cohort, now=now)
    if Unsealing.objects.filter(cohort=cohort, ended_at=None).exists():
        raise Conflict(_("The count is open, or proposed to be, already."), _("Look at the page anew."))
    row = Unsealing.objects.create(
        cohort=cohort,
        purpose=purpose,
        reason=reason.strip(),
        proposed_by=actor.ref,
        ends_at=now + WAITS,
        created_at=now,
    )
    log(
        cohort=cohort,
        actor=actor,
        verb="equality.unsealing-proposed",
        subject=row,
        now=now,
        purpose=str(purpose),
    )
    return row


@transaction.atomic
def confirm(*, unsealing: Unsealing, actor: User, now: datetime) -> Unsealing:
    """Open the count as the second person. Confirming again changes nothing.

    What is shown is counted once, here, and written into the ledger; where it differs from an earlier release by so
    few people that somebody could tell who they are, the earlier one is shown.

    Order: permission; the cohort, locked; another person than the first, who is an organiser still; its time is not
    over; decisions are final; the ledger; the row; the audit event with the ledger's digest and without a figure.
    Raises NotAllowed, Conflict.
    """
    cohort = unsealing.cohort
    require(actor, cohort, Role.ORGANISER, Role.OBSERVER)
    _hold(cohort)
    row = Unsealing.objects.select_for_update().get(pk=unsealing.pk)
    row.cohort = cohort
    if actor.ref == row.proposed_by:
        raise NotAllowed(_("You proposed this yourself: a second person has to confirm it."))
    if row.confirmed_at is not None and row.ended_at is None and now < row.ends_at:
        return row
    if row.ended_at is not None or now >= row.ends_at or row.confirmed_at is not None:
        raise Conflict(_("This proposal is no longer open."), _("Propose it anew."))
    if not people_with(cohort, Role.ORGANISER).filter(ref=row.proposed_by).exists():
        raise Conflict(
            _("Whoever proposed this is no longer an organiser here."), _("Let another organiser propose it.")
        )
    _require_ready(cohort)
    row.release, row.held_back = _release(cohort, now)
    row.confirmed_by, row.confirmed_at, row.ends_at = actor.ref, now, now + OPEN
    row.save()
    log(
        cohort=cohort,
        actor=actor,
        verb="equality.unsealed",
        subject=row,
        now=now,
        purpose=row.purpose,
        digest=row.release.digest,
    )
    return row


@transaction.atomic
def seal_again(*, unsealing: Unsealing, actor: User, now: datetime) -> Unsealing:
    """Seal the count again before its time, or drop the proposal; either may do it alone. Again, nothing happens.

    Order: permission; the row, locked; its end; the audit event. Raises NotAllowed.
    """
    cohort = unsealing.cohort
    require(actor, cohort, Role.ORGANISER, Role.OBSERVER)
    row = Unsealing.objects.select_for_update().get(pk=unsealing.pk)
    row.cohort = cohort
    if row.ended_at is None:
        _end(row, by=actor, at=now, now=now)
    return row


@transaction.atomic
def seal_what_is_over(*, cohort: Cohort, now: datetime) -> int:
    """Seal again what was open until now, and drop proposals that nobody confirmed; how many. The clock does it."""
    over = Unsealing.objects.select_for_update().filter(cohort=cohort, ended_at=None, ends_at__lte=now)
    rows = list(over)
    for row in rows:
        row.cohort = cohort
        _end(row, by=None, at=row.ends_at, now=now)
    return len(rows)


def _end(row: Unsealing, *, by: User | None, at: datetime, now: datetime) -> None:
    row.ended_at, row.ended_by = at, by.ref if by else ""
    row.save(update_fields=["ended_at", "ended_by"])
    verb = "equality.sealed-again" if row.confirmed_at else "equality.unsealing-dropped"
    log(cohort=row.cohort, actor=by, verb=verb, subject=row, now=now)


def _hold(cohort: Cohort) -> None:
    Cohort.objects.select_for_update().get(pk=cohort.pk)


def _require_ready(cohort: Cohort) -> None:
    """Raises Conflict unless there is something to count and no decision about anybody can still be made."""
    if not asked(cohort):
        raise Conflict(_("No answers are kept with applications here: the survey is anonymous."))
    if not funnel.settled(cohort):
        raise Conflict(
            _("Decisions are not final yet, so the answers stay sealed."),
            _("Come back when every offer is answered and the waitlist is closed."),
        )
    if not LinkedAnswers.objects.filter(cohort_ref=cohort.ref).exists():
        raise Conflict(_("Nobody’s answers are kept, so there is nothing to count."))


def _require_words(purpose: str, reason: str) -> None:
    errors: dict[str, list[str]] = {}
    if purpose not in Purpose.values:
        errors["purpose"] = [_("Choose what the count is for.")]
    if len(reason.strip()) < SHORTEST:
        errors["reason"] = [_("Say in a sentence why it is needed: the second person decides by it.")]
    elif len(reason.strip()) > LONGEST:
        errors["reason"] = [_("Shorten this to %(most)s characters.") % {"most": LONGEST}]
    if errors:
        raise Invalid(errors)


def _release(cohort: Cohort, now: datetime) -> tuple[Release, bool]:
    """The line of the ledger that may be shown now, and whether newer counts are held back."""
    exact = count(cohort)
    line = releases.release(
        Release,
        cohort=cohort,
        kind=Kind.LINKED,
        exact=exact,
        figures=lambda: figures(cohort, exact),
        least=least_of(cohort),
        now=now,
        shown=shown,
        sums=sums(cohort),
    )
    return line.row, line.held_back
