"""What those who answer an erasure request type."""

from django import forms
from django.utils.translation import gettext_lazy as _

from tremplin.core.ui.forms import TextArea
from tremplin.privacy.services import LONGEST_REASON


class CarryOutForm(forms.Form):
    """A deed that cannot be undone asks for more than a press of a button."""

    sure = forms.BooleanField(
        label=_("I have read what goes and what stays. This cannot be undone."),
        error_messages={"required": _("Tick the box if you are sure.")},
    )


class RefuseForm(forms.Form):
    reason = forms.CharField(
        label=_("Why nothing is erased"),
        help_text=_("The person reads it. Name the law or the claim that asks you to keep their data."),
        max_length=LONGEST_REASON,
        widget=TextArea(rows=4, characters=LONGEST_REASON),
        error_messages={"required": _("Give the reason: the person reads it, and the law asks for it.")},
    )
    show_optional = False
