"""How an erasure request stands, for those who answer it."""

from django.utils.translation import gettext_lazy as _

from tremplin.core.states import State
from tremplin.people.models import ErasureAnswer as A

ANSWERS: dict[str, State] = {
    A.OPEN: State(
        A.OPEN,
        _("Waits for your answer"),
        _("Asked"),
        _("The law gives one month, from the day it was asked."),
        "warn",
    ),
    A.DONE: State(
        A.DONE, _("Erased"), _("Erased"), _("What has to stay until a day goes by itself after it."), "ok"
    ),
    A.REFUSED: State(
        A.REFUSED, _("Refused"), _("Refused"), _("The person was told why, and may ask again."), "info"
    ),
}
