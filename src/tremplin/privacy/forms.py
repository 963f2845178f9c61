"""What those who answer an erasure request type."""

from django import forms
from django.utils.translation import gettext_lazy as _

from tremplin.core.ui.forms import DatePicker, TextArea
from tremplin.privacy.services.erasures import LONGEST_REASON
from tremplin.privacy.services.holds import LONGEST


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


class LongerForm(forms.Form):
    reason = forms.CharField(
        label=_("Why it takes longer"),
        help_text=_(
            "The person reads it. The law names two reasons: it is complex, or there are many requests."
        ),
        max_length=LONGEST_REASON,
        widget=TextArea(rows=3, characters=LONGEST_REASON),
        error_messages={"required": _("Give the reason: the person reads it, and the law asks for it.")},
    )
    show_optional = False


class HoldForm(forms.Form):
    """Why something is kept longer than its time, and until when."""

    reason = forms.CharField(
        label=_("Why it has to be kept"),
        help_text=_("Name the law or the claim, not a person. Organisers and observers read it."),
        max_length=LONGEST,
        widget=TextArea(rows=3, characters=LONGEST),
        error_messages={"required": _("Name the law or the claim for which it has to be kept.")},
    )
    until = forms.DateField(
        label=_("Until the end of"),
        help_text=_("At most five years from now. After that day it goes by itself."),
        widget=DatePicker(),
        error_messages={
            "required": _("Choose a day."),
            "invalid": _("Write a day such as 2027-01-31."),
        },
    )
