"""What people type about stipends."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tremplin.core.ui.forms import TextArea
from tremplin.stipends import rules

_MACHINE = {"autocomplete": "off", "dir": "ltr", "spellcheck": "false", "autocapitalize": "characters"}


class PayeeDetailsForm(forms.Form):
    """Where money goes. The bank compares the holder's name letter by letter."""

    holder = forms.CharField(
        label=_("Account holder"),
        help_text=_("Exactly as at your bank, accents included: banks now refuse a name that differs."),
        max_length=140,
        widget=forms.TextInput(attrs={"autocomplete": "name", "dir": "auto"}),
        error_messages={"required": _("Write the name of the account holder.")},
    )
    account = forms.CharField(
        label=_("IBAN or account number"),
        help_text=_("Spaces do not matter."),
        max_length=60,
        widget=forms.TextInput(attrs=_MACHINE),
        error_messages={"required": _("Write the IBAN or the account number.")},
    )
    bank = forms.CharField(
        label=_("BIC or bank code"),
        help_text=_("Needed when you have no IBAN."),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs=_MACHINE),
    )
    town = forms.CharField(
        label=_("Town"),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "address-level2"}),
        error_messages={"required": _("Write the town where you live: the bank asks for it.")},
    )
    country = forms.CharField(
        label=_("Country"),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "country-name"}),
        error_messages={"required": _("Write the country where you live: the bank asks for it.")},
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def clean_account(self) -> str:
        account = str(self.cleaned_data["account"])
        if rules.looks_like_iban(account) and not rules.iban_holds(account):
            raise forms.ValidationError(
                _("There is a slip in this IBAN: its check digits do not fit. Compare it with your bank’s.")
            )
        return account

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        account = str(data.get("account", ""))
        if account and not data.get("bank") and not rules.looks_like_iban(account):
            self.add_error(
                "bank", _("Give the bank code too: an account number alone does not find the bank.")
            )
        return data


class StepForm(forms.Form):
    """One step of an instalment, with the words that it needs."""

    step = forms.ChoiceField(
        choices=[
            (step, step)
            for step in (
                "prepare",
                "approve",
                "order",
                "paid",
                "hold",
                "release",
                "cancel",
                "came-back",
                "open",
            )
        ]
    )
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("The scholar reads it."),
        required=False,
        max_length=500,
        widget=TextArea(rows=2, characters=500),
    )
    reference = forms.CharField(
        label=_("Payment reference"), help_text=_("As the bank knows it."), required=False, max_length=80
    )
    seen = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    show_optional = False


class StepsForm(forms.Form):
    """One step of many payments, and under which filter of the board they stood."""

    step = forms.CharField(widget=forms.HiddenInput)
    show = forms.CharField(required=False, widget=forms.HiddenInput)
    reference = forms.CharField(
        label=_("Payment reference"),
        help_text=_("As the bank knows them: one for all these payments."),
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
    )
    show_optional = False


class ExtensionForm(forms.Form):
    """More time for a scholar."""

    weeks = forms.IntegerField(
        label=_("Weeks in all"),
        help_text=_("Counted from the plan of the cohort, not added to an earlier extension."),
        min_value=0,
        max_value=26,
        widget=forms.NumberInput({"size": 4}),
        error_messages={"required": _("Write a number of weeks."), "invalid": _("Write a number of weeks.")},
    )
    reason = forms.CharField(
        label=_("A word to the scholar"),
        help_text=_(
            "It goes into the mail and is kept nowhere else. Leave out health: nobody has to explain."
        ),
        required=False,
        max_length=500,
        widget=TextArea(rows=2, characters=500),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
