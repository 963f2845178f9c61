"""The states of a milestone: staff name, public name, what comes next."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tremplin.core.states import State
from tremplin.projects.models import MilestoneState as S

_OPEN = pgettext_lazy("milestone", "Open")
_ACCEPTED = pgettext_lazy("milestone", "Accepted")
STATES: dict[str, State] = {
    S.OPEN: State(S.OPEN, _OPEN, _OPEN, _("Hand it in when you have something to show."), "info"),
    S.HANDED_IN: State(
        S.HANDED_IN, _("Handed in"), _("Handed in"), _("The mentor reads it and answers."), "warn"
    ),
    S.ACCEPTED: State(S.ACCEPTED, _ACCEPTED, _ACCEPTED, _("Go on to the next milestone."), "ok"),
    S.RETURNED: State(
        S.RETURNED,
        _("Returned"),
        _("Returned"),
        _("Read the feedback, change what it asks, hand in again."),
        "stop",
    ),
}
FIELDS = {
    "title": _("The project needs a title."),
    "summary": _("The project needs a summary."),
    "repository": _("The address of the repository is missing."),
    "licence": _("The project needs an open licence."),
}
