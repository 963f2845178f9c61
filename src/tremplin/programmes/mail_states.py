"""States of batches and mails, in the words of organisers."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tremplin.core.outbox.models import Batch, BatchState, MessageState
from tremplin.core.states import State

_BATCHES = {
    BatchState.OPEN: State(
        "open",
        _("Waiting for you"),
        pgettext_lazy("mail", "Waiting"),
        _("Nothing leaves until an organiser has looked at it and sent it."),
        "warn",
    ),
    BatchState.RELEASED: State(
        "released",
        pgettext_lazy("mail", "About to leave"),
        pgettext_lazy("mail", "About to leave"),
        _("The mails leave by themselves at the time below; until then one press takes them all back."),
        "info",
    ),
    BatchState.SENT: State(
        "sent",
        pgettext_lazy("mail", "Sent"),
        pgettext_lazy("mail", "Sent"),
        _("The mails have been handed over, one by one."),
        "ok",
    ),
    BatchState.CANCELLED: State(
        "cancelled",
        pgettext_lazy("mail", "Cancelled"),
        pgettext_lazy("mail", "Cancelled"),
        _("These mails are never sent."),
        "info",
    ),
}
_MAILS = {
    MessageState.WAITING: State(
        "waiting",
        pgettext_lazy("mail", "Waiting"),
        pgettext_lazy("mail", "Waiting"),
        _("It leaves when its batch is sent."),
        "warn",
    ),
    MessageState.QUEUED: State(
        "queued",
        pgettext_lazy("mail", "On its way out"),
        pgettext_lazy("mail", "On its way"),
        _("It leaves at once."),
        "info",
    ),
    MessageState.SENDING: State(
        "sending",
        pgettext_lazy("mail", "Being sent"),
        pgettext_lazy("mail", "Being sent"),
        _("The mail server is taking it."),
        "info",
    ),
    MessageState.SENT: State(
        "sent",
        pgettext_lazy("mail", "Sent"),
        pgettext_lazy("mail", "Sent"),
        _("The mail server has taken it."),
        "ok",
    ),
    MessageState.FAILED: State(
        "failed",
        pgettext_lazy("mail", "Could not be sent"),
        pgettext_lazy("mail", "Could not be sent"),
        _("Mend the address and send it again, or reach the person in another way."),
        "stop",
    ),
    MessageState.CANCELLED: State(
        "cancelled",
        pgettext_lazy("mail", "Cancelled"),
        pgettext_lazy("mail", "Cancelled"),
        _("It is never sent."),
        "info",
    ),
    MessageState.LEFT_OUT: State(
        "left_out",
        pgettext_lazy("mail", "Left out"),
        pgettext_lazy("mail", "Left out"),
        _("When it was to leave, the person had done what it asks for, so it stayed here."),
        "info",
    ),
}


def batch_state(batch: Batch) -> State:
    return _BATCHES[BatchState(batch.state)]


def message_state(code: str) -> State:
    return _MAILS[MessageState(code)]
