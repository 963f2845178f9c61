"""What an organiser sees of the mails of a scope."""

from django.db.models import Count, QuerySet

from tremplin.core.outbox.models import Batch, BatchState, MessageState, OutboxMessage


def messages(scope: str) -> QuerySet[OutboxMessage]:
    """All mails of a scope, the newest first."""
    return OutboxMessage.objects.filter(scope=scope).select_related("batch").order_by("-created_at", "-pk")


def failed(scope: str) -> QuerySet[OutboxMessage]:
    """Mails that no attempt got through: someone must correct an address or call."""
    return messages(scope).filter(state=MessageState.FAILED)


def batches(scope: str) -> QuerySet[Batch]:
    """Batches of a scope, the newest first, each with `size`."""
    return Batch.objects.filter(scope=scope).annotate(size=Count("messages")).order_by("-created_at", "-pk")


def open_batches(scope: str) -> QuerySet[Batch]:
    """Batches that wait for a person."""
    return batches(scope).filter(state=BatchState.OPEN)


def preview(batch: Batch) -> QuerySet[OutboxMessage]:
    """Every mail of a batch as it will leave: recipient, subject and body, in a stable order."""
    return batch.messages.exclude(state=MessageState.CANCELLED).order_by("to", "pk")


def progress(batch: Batch) -> dict[str, int]:
    """How many mails of a batch are in each state; states without any are left out."""
    return dict(batch.messages.order_by().values_list("state").annotate(mails=Count("pk")))


def sent_to(to_ref: str) -> QuerySet[OutboxMessage]:
    """All that was ever sent to one person, for their own pages and their export."""
    return OutboxMessage.objects.filter(to_ref=to_ref, state=MessageState.SENT).order_by("-sent_at", "-pk")
