"""The states of a public page: staff name, public name, what comes next."""

from django.utils.translation import gettext_lazy as _

from tremplin.core.states import State
from tremplin.showcase.models import PageState as S

STATES: dict[str, State] = {
    S.DRAFT: State(S.DRAFT, _("Draft"), _("Draft"), _("The scholar sends it when it may be public."), "info"),
    S.ASKED: State(
        S.ASKED,
        _("Waits for publication"),
        _("Sent to the organisers"),
        _("An organiser looks and publishes it."),
        "warn",
    ),
    S.PUBLISHED: State(S.PUBLISHED, _("Public"), _("Public"), _("It can be taken back at any time."), "ok"),
}
