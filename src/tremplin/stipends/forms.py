"""What people type about stipends."""

from django import forms
from django.utils.translation import gettext_lazy as _


class PayeeDetailsForm(forms.Form):
    """Where money goes. The bank compares the holder's name letter by letter."""

    holder = forms.CharField(
        label=_("Account holder"),
        help_text=_("Exactly as at your bank, accents included: banks now refuse a name that differs."),
        max_length=140,
        widget=forms.TextInput(attrs={"autocomplete": "name", "dir": "auto"}),
    )
    account = forms.CharField(
        label=_("IBAN or account number"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "ltr", "spellcheck": "false"}),
    )
    bank = forms.CharField(
        label=_("BIC or bank code"),
        help_text=_("Needed outside the euro area."),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "ltr", "spellcheck": "false"}),
    )
    town = forms.CharField(
        label=_("Town"), max_length=100, widget=forms.TextInput(attrs={"autocomplete": "address-level2"})
    )
    country = forms.CharField(
        label=_("Country"), max_length=100, widget=forms.TextInput(attrs={"autocomplete": "country-name"})
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class StepForm(forms.Form):
    """One step of an instalment, with the words that it needs."""

    step = forms.ChoiceField(
        choices=[
            (step, step) for step in ("prepare", "approve", "order", "paid", "hold", "release", "cancel")
        ]
    )
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("The scholar reads it."),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    reference = forms.CharField(
        label=_("Payment reference"), help_text=_("As the bank knows it."), required=False, max_length=80
    )


class ExtensionForm(forms.Form):
    """More time for a scholar."""

    weeks = forms.IntegerField(label=_("Weeks in all"), min_value=0, max_value=26)
    reason = forms.CharField(
        label=_("What the weeks are for"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )
