"""To whom a mail about a decision is no longer true when it leaves: the page told them, and they have gone on."""

from collections.abc import Callable, Collection

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from tremplin.applications.models import ApplicationState
from tremplin.core.outbox import wanted
from tremplin.core.outbox.models import Batch
from tremplin.programmes.scopes import within
from tremplin.selection.models import Decision, OfferState

Rows = QuerySet[Decision]
_LEFT_OUT = gettext_lazy("Whoever has answered, withdrawn or got another outcome by that moment is left out.")


def _decisions(batch: Batch) -> Rows:
    return Decision.objects.filter(within(batch.scope, "proposal__cohort"))


def _offered(rows: Rows) -> Rows:
    """An offer that waits for its answer."""
    return rows.filter(application__offer__state=OfferState.OPEN)


def _waiting(rows: Rows) -> Rows:
    """A place on a waitlist that goes on, without an offer yet."""
    return rows.filter(application__offer=None, proposal__waitlist_closed_at=None)


def _declined(rows: Rows) -> Rows:
    return rows.filter(application__offer=None)


def _unless(true: Callable[[Rows], Rows]) -> wanted.Check:
    """Those for whom it is not `true` any more, or who have withdrawn."""

    def check(batch: Batch, refs: Collection[str]) -> Collection[str]:
        rows = true(_decisions(batch)).filter(application__state=ApplicationState.SUBMITTED)
        if len(refs) <= 100:
            rows = rows.filter(application__applicant__ref__in=refs)
        return set(refs) - set(rows.values_list("application__applicant__ref", flat=True))

    return check


for outcome, true in {"offer": _offered, "waitlist": _waiting, "decline": _declined}.items():
    wanted.register(f"decision-{outcome}", _unless(true), says=_LEFT_OUT)
