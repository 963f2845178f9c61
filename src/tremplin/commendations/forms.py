from django import forms
from django.utils.translation import gettext_lazy as _

from tremplin.commendations.services import LONGEST_NAME


class NameForm(forms.Form):
    """Under which name the page stands."""

    name = forms.CharField(
        label=_("Name on the page"),
        help_text=_("The one by which whoever you show it to knows you."),
        max_length=LONGEST_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Write the name that the page shows.")},
    )
