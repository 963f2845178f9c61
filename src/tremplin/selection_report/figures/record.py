"""What did not go as it should have, as far as the books know it: organisers write what they do not."""

from django.db.models import Count, Q

from tremplin.core.outbox.models import MessageState, OutboxMessage
from tremplin.programmes.models import Cohort
from tremplin.review.models import SharingOut
from tremplin.selection.models import Decision, Offer, OfferState
from tremplin.selection_report import rules


def record(cohort: Cohort) -> dict[str, int | None]:
    """How often each thing happened. Of people: told from `LEAST` on and rounded, as elsewhere."""
    planned = cohort.plan.review.reads if cohort.plan.review else 0
    short = Decision.objects.filter(proposal__cohort=cohort, reads__lt=planned)
    lost = OutboxMessage.objects.filter(
        scope=cohort.scope, kind__startswith="decision-", state=MessageState.FAILED
    )
    offers = Offer.objects.filter(cohort=cohort).aggregate(
        expired=Count("pk", filter=Q(state=OfferState.EXPIRED)),
        reopened=Count("pk", filter=~Q(reopened="")),
    )
    return {
        "short": rules.some(short.count()),
        "undone": SharingOut.objects.filter(cohort=cohort, undone_at__isnull=False).count(),
        "unsent": rules.some(lost.count()),
        **{name: rules.some(many) for name, many in offers.items()},
    }
