"""The states of a survey: staff name, public name, what comes next."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tremplin.core.states import State

STATES: dict[str, State] = {
    "later": State(
        "later", _("Not yet open"), _("Not yet open"), _("It opens a week before its date."), "info"
    ),
    "open": State(
        "open",
        pgettext_lazy("survey", "Open"),
        pgettext_lazy("survey", "Open"),
        _("Five minutes, and you can stop in between."),
        "warn",
    ),
    "sent": State("sent", _("Sent"), _("Sent"), _("Thank you. Nothing more to do."), "ok"),
    "closed": State("closed", _("Closed"), _("Closed"), _("It can no longer be answered."), "info"),
}
