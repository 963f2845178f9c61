"""States of batches and mails, in the words of organisers."""

from django.utils.translation import gettext_lazy as _

from tremplin.core.outbox.models import Batch, BatchState, MessageState
from tremplin.core.states import State

_BATCHES = {
    BatchState.OPEN: State(
        "open",
        _("Waiting for you"),
        _("Waiting"),
        _("Nothing leaves until an organiser has looked at it and sent it."),
        "warn",
    ),
    BatchState.RELEASED: State(
        "released",
        _("About to leave"),
        _("About to leave"),
        _("The mails leave within a minute; until then it can be undone."),
        "info",
    ),
    BatchState.SENT: State(
        "sent", _("Sent"), _("Sent"), _("The mails have been handed over, one by one."), "ok"
    ),
    BatchState.CANCELLED: State(
        "cancelled", _("Cancelled"), _("Cancelled"), _("These mails are never sent."), "info"
    ),
}
_MAILS = {
    MessageState.WAITING: State(
        "waiting", _("Waiting"), _("Waiting"), _("It leaves when its batch is sent."), "warn"
    ),
    MessageState.QUEUED: State(
        "queued", _("On its way out"), _("On its way"), _("It leaves at once."), "info"
    ),
    MessageState.SENDING: State(
        "sending", _("Being sent"), _("Being sent"), _("The mail server is taking it."), "info"
    ),
    MessageState.SENT: State("sent", _("Sent"), _("Sent"), _("The mail server has taken it."), "ok"),
    MessageState.FAILED: State(
        "failed",
        _("Could not be sent"),
        _("Could not be sent"),
        _("Mend the address and send it again, or reach the person in another way."),
        "stop",
    ),
    MessageState.CANCELLED: State(
        "cancelled", _("Cancelled"), _("Cancelled"), _("It is never sent."), "info"
    ),
}


def batch_state(batch: Batch) -> State:
    return _BATCHES[BatchState(batch.state)]


def message_state(code: str) -> State:
    return _MAILS[MessageState(code)]
