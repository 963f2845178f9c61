"""Linked answers for the person's own export, opened because they are theirs; and their erasure, at any time.

Of the anonymous survey nothing can be exported or erased: nobody knows who answered.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from tremplin.core import archived
from tremplin.core.errors import Message
from tremplin.equality import linked
from tremplin.equality.models import Unsealing
from tremplin.equality.purposes import LINKED
from tremplin.people.models import Consent, User
from tremplin.people.personal_data import Holding, Keeping, Trace, Traces, register
from tremplin.programmes.models import Cohort
from tremplin.programmes.scopes import within


def _cohorts(user: User) -> list[Cohort]:
    found = Cohort.objects.filter(ref__in=linked.held(user)).select_related("programme__institution")
    return list(found.order_by("pk"))


def _export(user: User) -> list[dict[str, Any]]:
    rows = [(cohort, linked.kept(cohort, user)) for cohort in _cohorts(user)]
    return [
        {"cohort": cohort.scope, "last_answered_on": kept.day, "answers": kept.answers}
        for cohort, kept in rows
        if kept
    ]


def _reasons(user: User) -> Sequence[Message]:
    if not linked.held(user):
        return ()
    return (_("Your equality answers are kept with your application. You can take them back on their page."),)


def _traces(user: User) -> dict[str, Trace]:
    """Cohorts in which somebody ever said yes: whether anything is kept there, no other row of theirs says."""
    asked = Consent.objects.filter(user=user, purpose=LINKED.code).values("about")
    return {"asked": Trace(Cohort.objects.filter(ref__in=asked), "", {"ref": "ref"})}


def _holdings(user: User, _now: datetime, told: Traces) -> list[Holding]:
    what = _("Your equality answers, sealed")
    kept = linked.kept_in([row["ref"] for row in told["asked"]], user)
    return [Holding(row["scope"], what) for row in told["asked"] if row["ref"] in kept]


def _erase(user: User, scope: str, _now: datetime) -> None:
    for ref in Cohort.objects.filter(within(scope, "")).values_list("ref", flat=True):
        linked.forget(ref, user)


register(
    Keeping(
        app="equality", export=_export, reasons=_reasons, traces=_traces, holdings=_holdings, erase=_erase
    )
)
archived.declare(Unsealing, reason="—")
