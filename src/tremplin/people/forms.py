"""Forms about oneself, and those of the second step in our words."""

from collections.abc import Mapping
from typing import Any

from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa import app_settings
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, BaseAuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.core.cache import cache
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext

from tremplin.core.addresses import AddressField
from tremplin.core.errors import Invalid, UserError
from tremplin.core.ui.forms import Radios
from tremplin.core.ui.shell import languages
from tremplin.people.models import User
from tremplin.people.rules import TOKEN_DAYS
from tremplin.people.zones import choices

_ADDRESS_ERRORS = {
    "required": _("Type your e-mail address."),
    "invalid": _("This is not a whole e-mail address. It looks like name@example.org."),
}
_CODE_ERRORS = {"required": _("Type the code.")}


def show_fault(form: forms.Form, fault: UserError) -> None:
    """Put what a service refused at the fields it concerns, or at the top."""
    if not isinstance(fault, Invalid):
        form.add_error(None, str(fault))
        return
    for field, texts in fault.errors.items():
        form.add_error(field if field in form.fields else None, list(texts))


def address_field(label: Any, *, hint: Any = "", autocomplete: str = "email") -> AddressField:
    widget = forms.EmailInput(
        attrs={"autocomplete": autocomplete, "autocapitalize": "none", "spellcheck": "false", "size": 40}
    )
    return AddressField(
        label=label, help_text=hint, max_length=254, widget=widget, error_messages=_ADDRESS_ERRORS
    )


def code_field(label: Any, *, hint: Any = "", size: int = 10) -> forms.CharField:
    widget = forms.TextInput(
        attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "size": size, "dir": "ltr"}
    )
    return forms.CharField(
        label=label, help_text=hint, max_length=40, widget=widget, error_messages=_CODE_ERRORS
    )


def password_field(label: Any, *, hint: Any = "", new: bool = False) -> forms.CharField:
    widget = forms.PasswordInput(
        attrs={"autocomplete": "new-password" if new else "current-password", "size": 40}
    )
    return forms.CharField(
        label=label,
        help_text=hint,
        strip=False,
        widget=widget,
        error_messages={"required": _("Type the password.")},
    )


class ZoneSelect(forms.Select):
    """Four hundred cities in a millisecond; Django would render a template for each."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        groups = format_html_join(
            "",
            '<optgroup label="{}">{}</optgroup>',
            ((region, self._options(rows, value)) for region, rows in self.choices),
        )
        return format_html(
            "<select{}>{}</select>", flatatt({**self.attrs, **(attrs or {}), "name": name}), groups
        )

    def _options(self, rows: Any, value: Any) -> SafeString:
        return format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            ((zone, SafeString(" selected" if zone == value else ""), city) for zone, city in rows),
        )


class SignInForm(forms.Form):
    """Who is there. `next` is checked where it is followed, not here: a bad one must stop nobody."""

    address = address_field(_("E-mail address"), autocomplete="username")
    next = forms.CharField(required=False, widget=forms.HiddenInput)


class PasswordSignInForm(SignInForm):
    password = password_field(_("Password"))


class MailedCodeForm(forms.Form):
    code = code_field(_("Code from the mail"), hint=_("Six figures, for example 123 456."))
    time_zone = forms.CharField(required=False, widget=forms.HiddenInput(attrs={"data-time-zone": ""}))


class LinkForm(forms.Form):
    """The button of a link. The script of the page fills in where the person's clock stands."""

    time_zone = forms.CharField(required=False, widget=forms.HiddenInput(attrs={"data-time-zone": ""}))


class DetailsForm(forms.Form):
    name = forms.CharField(
        label=_("Name"),
        required=False,
        max_length=200,
        help_text=_("As you want to be called in mails and by the people you work with."),
        widget=forms.TextInput(attrs={"autocomplete": "name", "size": 40}),
    )
    language = forms.ChoiceField(
        label=_("Language"),
        help_text=_("Of pages and mails."),
        choices=lambda: [(each.code, each.name) for each in languages()],
        widget=Radios,
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        help_text=_("The nearest city whose clocks show your time."),
        widget=ZoneSelect(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zone = self.fields["time_zone"]
        if isinstance(zone, forms.ChoiceField):
            zone.choices = choices(user.time_zone)


class AddressForm(forms.Form):
    address = address_field(
        _("New e-mail address"), hint=_("We send a code there, to be sure that it is yours.")
    )


class NewPasswordForm(forms.Form):
    """Asked once: whoever mistypes it comes in by a link and sets another."""

    password = password_field(
        _("New password"),
        hint=_("At least 10 characters. Four words that come to your mind will do."),
        new=True,
    )


class PasswordProofForm(forms.Form):
    password = password_field(_("Password"))


class TokenForm(forms.Form):
    """A token for programs: what it is for, how far it reaches, when it ends."""

    show_optional = False
    name = forms.CharField(
        label=_("What is it for?"),
        max_length=80,
        help_text=_("For example “Figures for our spreadsheet”. You will know it again by this."),
        error_messages={"required": _("Give the token a name, so that you know it again.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "size": 40}),
    )
    scope = forms.ChoiceField(
        label=_("Which cohorts?"),
        required=False,
        help_text=_("It never reaches further than you yourself do at that moment."),
        widget=Radios,
    )
    days = forms.TypedChoiceField(
        label=_("For how long?"),
        coerce=int,
        initial=TOKEN_DAYS[1],
        help_text=_("You can revoke it on any day before."),
        widget=Radios,
    )

    submits = forms.BooleanField(
        label=_("It may also hand in labs for me"),
        required=False,
        help_text=_("For “tremplin labs submit” on your own machine. Without this it only reads."),
    )

    def __init__(self, *args: Any, scopes: Mapping[str, str], scholar: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not scholar:
            del self.fields["submits"]
        self._offer("scope", [("", pgettext("cohorts", "All of mine")), *scopes.items()])
        self._offer(
            "days",
            [
                (str(days), ngettext("%(count)s day", "%(count)s days", days) % {"count": days})
                for days in TOKEN_DAYS
            ],
        )

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices


class EraseForm(forms.Form):
    """A deed that cannot be undone asks for more than a press of a button."""

    sure = forms.BooleanField(
        label=_("Yes, erase my account. I know that this cannot be undone."),
        error_messages={"required": _("Tick the box if you are sure.")},
    )


def _once(user: User, code: str) -> str:
    """`code` of the app of `user`, unless it was used before. Raises ValidationError.

    allauth remembers a code for one period of 30 seconds, but takes the codes of the periods before and after it
    too: whoever looks over a shoulder could use one again a minute later (RFC 6238, section 5.2), also with a
    dash or a space put in, which count for nothing.
    """
    valid_for = app_settings.TOTP_PERIOD * (2 * app_settings.TOTP_TOLERANCE + 1)
    typed = normalize_user_code(code)
    if not cache.add(f"people.second-step?user={user.pk}&code={typed}", True, timeout=valid_for):
        raise get_adapter().validation_error("incorrect_code")
    return code


def _once_with(form: BaseAuthenticateForm, code: str) -> str:
    """`code` as it was proved by `form`: those of the app are taken once, recovery codes are crossed out anyway."""
    return _once(form.user, code) if form.authenticator.type == Authenticator.Type.TOTP else code


class SecondStepForm(AuthenticateForm):  # type: ignore[misc]  # allauth is partly untyped
    code = code_field(_("Code"), hint=_("Six figures from your app, or one of your recovery codes."), size=12)

    def clean_code(self) -> str:
        return _once_with(self, super().clean_code())


class SecondStepProofForm(ReauthenticateForm):  # type: ignore[misc]  # allauth is partly untyped
    code = code_field(_("Code"), hint=_("Six figures from your app, or one of your recovery codes."), size=12)

    def clean_code(self) -> str:
        return _once_with(self, super().clean_code())


class SwitchOnForm(ActivateTOTPForm):  # type: ignore[misc]  # allauth is partly untyped
    code = code_field(_("Code"), hint=_("Six figures; they change every 30 seconds."))

    def clean_code(self) -> str:
        """The code that switches the step on counts as used: it opens nothing afterwards."""
        return _once(self.user, super().clean_code())


class PasskeyForm(AddWebAuthnForm):  # type: ignore[misc]  # allauth is partly untyped
    """A passkey is always one that can sign in by itself."""

    name = forms.CharField(
        label=_("Name of this passkey"),
        required=False,
        max_length=100,
        help_text=_("So that you know later which one it is."),
        widget=forms.TextInput(attrs={"size": 30}),
    )
    passwordless = forms.BooleanField(required=False, initial=True, widget=forms.HiddenInput)


class RenamePasskeyForm(EditWebAuthnForm):  # type: ignore[misc]  # allauth is partly untyped
    name = forms.CharField(
        label=_("Name of this passkey"), max_length=100, widget=forms.TextInput(attrs={"size": 30})
    )
