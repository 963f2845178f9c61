"""The form of somebody who steps back from a selection."""

from django import forms
from django.utils.translation import gettext_lazy as _

from tremplin.core.ui.forms import Radios


class StepBackForm(forms.Form):
    """Why somebody steps back, and that they know what follows."""

    why = forms.ChoiceField(
        label=_("Why do you step back?"),
        help_text=_("You name nobody, and nobody asks you to."),
        choices=[("tied", _("I know somebody who applied")), ("own", _("Another reason of mine"))],
        widget=Radios(),
        error_messages={"required": _("Choose why.")},
    )
    sure = forms.BooleanField(
        label=_("I know that the rooms of reading and deciding shut for me"),
        error_messages={"required": _("Tick this if you want to step back.")},
    )
