"""Laying out instalments, and moving them with the dates of the cohort and of each scholar."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tremplin.core.errors import Conflict, Invalid, Stale
from tremplin.people.models import User
from tremplin.programmes import mail
from tremplin.programmes.http import cohort_url
from tremplin.programmes.log import log
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role, require
from tremplin.selection.models import Scholar, ScholarState
from tremplin.selection.own_time import own_time
from tremplin.stipends.models import Instalment
from tremplin.stipends.plan import MOVABLE, due_in_plan, plan_of


@transaction.atomic
def plan_instalments(*, cohort: Cohort, now: datetime) -> int:
    """Lay out the instalments of every scholar who has none yet. Running it again changes nothing.

    Returns how many were made. Amounts are those of the plan that the cohort runs on at that moment.
    """
    plan = plan_of(cohort)
    scholars = list(
        Scholar.objects.filter(cohort=cohort, instalments__isnull=True)
        .exclude(state=ScholarState.LEFT)
        .order_by("pk")
    )
    made = [
        Instalment(
            scholar=scholar,
            code=instalment.code,
            amount=plan.minor(instalment),
            currency=plan.currency,
            gate=instalment.gate or "",
            due=instalment.due.after(cohort.dates),
            created_at=now,
        )
        for scholar in scholars
        for instalment in plan.instalments
    ]
    Instalment.objects.bulk_create(made)
    for scholar in scholars:
        log(cohort=cohort, actor=None, verb="stipends.planned", subject=scholar, now=now)
    return len(made)


@transaction.atomic
def settle_dates(*, cohort: Cohort, now: datetime, scholar: Scholar | None = None) -> int:
    """Bring the dates of instalments that are not under way up to date with those of the cohort and the scholar.

    For everyone, or for one `scholar`. Who pauses is left alone: their dates settle when they are back. Returns
    how many moved; running it again changes nothing.
    """
    rows = (
        Instalment.objects.select_for_update(of=("self",))
        .select_related("scholar")
        .filter(scholar__cohort=cohort, state__in=MOVABLE)
        .exclude(scholar__state__in=[ScholarState.PAUSED, ScholarState.LEFT])
        .order_by("pk")
    )
    moved = []
    for row in rows.filter(scholar=scholar) if scholar else rows:
        due = due_in_plan(row.code, row.scholar, cohort, now=now)
        if due is not None and due != row.due:
            row.due = due
            moved.append(row)
    if moved:
        Instalment.objects.bulk_update(moved, ["due"])
        log(cohort=cohort, actor=None, verb="stipends.dates-moved", subject=cohort, now=now, count=len(moved))
    return len(moved)


@transaction.atomic
def extend(
    *,
    scholar: Scholar,
    weeks: int,
    actor: User,
    now: datetime,
    reason: str = "",
    seen: int | None = None,
) -> Scholar:
    """Give a scholar more time: dates after the mid-point move, money included. No amount changes.

    `weeks` is the whole extension, not an addition to an earlier one; `seen` is what it was on the page that
    asked. `reason` is a word to the scholar, for the mail alone: why somebody needs time is kept nowhere.

    Order: permission, limits, the scholar, instalments not yet under way, the event, a mail if it grew.
    Raises NotAllowed, Invalid, Conflict, Stale.
    """
    cohort = scholar.cohort
    require(actor, cohort, Role.ORGANISER)
    limit = plan_of(cohort).extension_weeks
    if not 0 <= weeks <= limit:
        text = ngettext("At most %(limit)s week.", "At most %(limit)s weeks.", limit)
        raise Invalid({"weeks": [text % {"limit": limit}]})
    row = Scholar.objects.select_for_update(of=("self",)).select_related("user").get(pk=scholar.pk)
    row.cohort = cohort
    if row.state not in {ScholarState.ENROLLED, ScholarState.PAUSED}:
        raise Conflict(_("This scholar is not taking part any more."))
    before = row.extension_weeks
    if seen is not None and seen != before:
        raise Stale(
            _("Somebody changed the extension while you were looking at it."),
            _("Look at what it is now, then change it if you still want to."),
            current=before,
        )
    if weeks == before:
        return row
    row.extension_weeks = weeks
    row.save(update_fields=["extension_weeks"])
    settle_dates(cohort=cohort, scholar=row, now=now)
    event = log(
        cohort=cohort, actor=actor, verb="stipends.extended", subject=row, now=now, before=before, after=weeks
    )
    if weeks > before:
        _tell(row, reason, event.position, now=now)
    return row


def _tell(scholar: Scholar, reason: str, position: int, *, now: datetime) -> None:
    cohort = scholar.cohort
    ends = cohort.dates.get("training_ends")
    values = {
        "link": cohort_url(cohort, "desk"),
        "date": own_time(scholar, cohort.dates).moved(ends, now=now) if ends else None,
        "reason": reason.strip(),
    }
    key = f"extension:{scholar.ref}:{position}"
    mail.send(cohort=cohort, code="extension-granted", to=scholar.user, values=values, now=now, key=key)
