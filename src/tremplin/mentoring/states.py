"""The states of a check-in and of a raised hand: staff name, public name, what comes next."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tremplin.core.states import State

_LATER = pgettext_lazy("check-in", "Not yet open")
_OPEN = pgettext_lazy("check-in", "Open")
_SENT = pgettext_lazy("check-in", "Sent")
STATES: dict[str, State] = {
    "later": State("later", _LATER, _LATER, _("It opens four days before its date."), "info"),
    "waits": State(
        "waits",
        _("Waits for the end of the pause"),
        _("Waits for the end of the pause"),
        _("Nothing is asked meanwhile; its date moves by the time away."),
        "info",
    ),
    "open": State("open", _OPEN, _OPEN, _("It takes two minutes, and both sides answer the same."), "warn"),
    "late": State(
        "late",
        _("Late"),
        _("Late"),
        _("It is still open. If something is in the way, one line is enough."),
        "stop",
    ),
    "sent": State("sent", _SENT, _SENT, _("Nothing more to do until the next one."), "ok"),
}

CONCERNS = {
    "silent-scholar": _("The scholar has not answered"),
    "silent-mentor": _("The mentor has not answered"),
    "disagreement": _("The two sides do not agree"),
    "note-scholar": _("The scholar wrote to the organisers alone"),
    "note-mentor": _("The mentor wrote to the organisers alone"),
}
