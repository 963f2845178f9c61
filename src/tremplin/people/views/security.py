"""How one signs in: address, password, passkeys, the second step, and the browsers one is signed in with."""

from typing import Any

from allauth.mfa.webauthn.forms import ReauthenticateWebAuthnForm
from allauth.mfa.webauthn.internal import auth as passkeys
from allauth.mfa.webauthn.views import AddWebAuthnView
from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from tremplin.core import clock
from tremplin.core.errors import TooMany, UserError
from tremplin.people import queries
from tremplin.people.adapter import origin
from tremplin.people.forms import (
    AddressForm,
    MailedCodeForm,
    NewPasswordForm,
    PasswordProofForm,
    SecondStepProofForm,
    show_fault,
)
from tremplin.people.models import Purpose, User
from tremplin.people.services import account, entry
from tremplin.people.views import doors
from tremplin.people.views.account import me


@never_cache
def show(request: HttpRequest) -> HttpResponse:
    """Every way in, and every browser that is in."""
    user = me(request)
    context = {
        "person": user,
        "ways": queries.ways(user),
        "signed_in": queries.signed_in(user, now=clock.now()),
        "here": request.session.session_key,
    }
    return render(request, "people/security.html", context)


@doors.proved
@never_cache
@sensitive_post_parameters("password")
def password(request: HttpRequest) -> HttpResponse:
    """Set, replace or remove the password. The old one is not asked for: the person has just proved themselves."""
    user, now = me(request), clock.now()
    if request.method == "POST" and "remove" in request.POST:
        account.remove_password(user=user, now=now)
        return _changed(request, user, _("The password is removed."))
    form = NewPasswordForm(request.POST or None)
    if form.is_valid():
        try:
            account.set_password(user=user, password=form.cleaned_data["password"], now=now)
            return _changed(request, user, _("The password is set. Other browsers were signed out."))
        except UserError as fault:
            show_fault(form, fault)
    return render(request, "people/password.html", {"form": form, "has_password": user.has_usable_password()})


def _changed(request: HttpRequest, user: User, text: str) -> HttpResponse:
    doors.renew(request, user)
    messages.success(request, text)
    return redirect("people:security")


@doors.proved
@never_cache
def address(request: HttpRequest) -> HttpResponse:
    """Ask for another address: a code goes there."""
    form = AddressForm(request.POST or None)
    if form.is_valid():
        try:
            key = account.ask_for_address(
                user=me(request),
                address=form.cleaned_data["address"],
                origin=origin(request),
                now=clock.now(),
            )
            doors.remember(request, key)
            return redirect("people:address-code")
        except UserError as fault:
            show_fault(form, fault)
    return render(request, "people/address.html", {"form": form})


@doors.proved
@never_cache
def address_code(request: HttpRequest) -> HttpResponse:
    """Type the code that went to the new address."""
    user, refs = me(request), doors.asked(request)
    key = queries.live_key(Purpose.ADDRESS, refs, user, now=clock.now())
    if key is None:
        return redirect("people:address")
    form = MailedCodeForm(request.POST or None)
    if form.is_valid():
        try:
            account.confirm_address(user=user, refs=refs, typed=form.cleaned_data["code"], now=clock.now())
            messages.success(
                request, _("From now on you sign in with %(address)s.") % {"address": user.email}
            )
            return redirect("people:security")
        except UserError as fault:
            show_fault(form, fault)
    return render(request, "people/address_code.html", {"form": form, "key": key})


def end_others(request: HttpRequest) -> HttpResponse:
    """Sign out everywhere but here."""
    user = me(request)
    ended = account.end_other_sessions(user=user, keep=request.session.session_key or "", now=clock.now())
    doors.renew(request, user)
    text = ngettext("%(n)s other browser was signed out.", "%(n)s other browsers were signed out.", ended)
    messages.success(request, text % {"n": ended} if ended else _("You are signed in nowhere else."))
    return redirect("people:security")


def end_one(request: HttpRequest, ref: str) -> HttpResponse:
    """Sign out of one browser."""
    if account.end_session(user=me(request), ref=ref, now=clock.now()):
        messages.success(request, _("That browser was signed out."))
    else:
        messages.info(request, _("That browser was signed out before."))
    return redirect("people:security")


@never_cache
@sensitive_post_parameters("password")
def proof(request: HttpRequest) -> HttpResponse:
    """Show that it is you, by whatever you have; those with a second step show that."""
    user = me(request)
    onward = doors.wanted(request)
    ways = queries.ways(user)
    way = request.POST.get("way", "")
    form: forms.Form | None = None
    if request.method == "POST":
        form = _proof_form(way, user, ways, request)
        if form is None:
            return _mail_proof(request, user)
        if form.is_valid() and _accept(request, user, way, form):
            return redirect(onward or "people:security")
    context = {
        "person": user,
        "ways": ways,
        "next": onward,
        "tried": way,
        "form": form,
        "code_form": form if way == "code" else MailedCodeForm(),
        "password_form": form if way == "password" else PasswordProofForm(),
        "app_form": form if isinstance(form, SecondStepProofForm) else SecondStepProofForm(user=user),
        "asked": queries.live_key(Purpose.PROOF, doors.asked(request), user, now=clock.now()),
        "options": {"request_options": passkeys.begin_authentication(user)} if ways.passkeys else None,
    }
    return render(request, "people/proof.html", context)


def _proof_form(way: str, user: User, ways: queries.Ways, request: HttpRequest) -> forms.Form | None:
    """The form for a way of proving that is open to this person; None stands for “send me a code”.

    Who has a second step proves it by that or by a passkey: mail or password alone would be less.
    """
    form: forms.Form | None = None
    if way == "passkey" and ways.passkeys:
        form = ReauthenticateWebAuthnForm(user=user, data=request.POST)
    elif ways.second_step:
        form = SecondStepProofForm(user=user, data=request.POST)
    elif way == "password" and ways.password:
        form = PasswordProofForm(request.POST)
    elif way == "code":
        form = MailedCodeForm(request.POST)
    return form


def _accept(request: HttpRequest, user: User, way: str, form: Any) -> bool:
    """Whether what was given proves the person; the session then knows it."""
    now = clock.now()
    if isinstance(form, SecondStepProofForm | ReauthenticateWebAuthnForm):
        form.save()
        return True
    try:
        if way == "code":
            account.confirm_proof(
                user=user, refs=doors.asked(request), typed=form.cleaned_data["code"], now=now
            )
        else:
            entry.check_password(
                address=user.email, password=form.cleaned_data["password"], origin=origin(request), now=now
            )
    except UserError as fault:
        show_fault(form, fault)
        return False
    doors.prove(request, user, way=way)
    return True


def _mail_proof(request: HttpRequest, user: User) -> HttpResponse:
    try:
        doors.remember(request, account.ask_for_proof(user=user, origin=origin(request), now=clock.now()))
        messages.info(request, _("A code is on its way to %(address)s.") % {"address": user.email})
    except TooMany as fault:
        messages.error(request, str(fault))
    return redirect(request.get_full_path())


class AddPasskey(AddWebAuthnView):  # type: ignore[misc]  # allauth is partly untyped
    """Every passkey can sign in by itself, so its making asks the device for that from the start."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context["js_data"] = {"creation_options": passkeys.begin_registration(self.request.user, True)}
        return context

    def form_valid(self, form: Any) -> HttpResponse:
        """Keep the passkey. No recovery codes come with it: those belong to the second step."""
        user = me(self.request)
        with transaction.atomic():
            passkeys.WebAuthn.add(user, form.cleaned_data["name"], form.cleaned_data["credential"])
            account.tell(user, "passkey-added", now=clock.now())
        messages.success(self.request, _("The passkey works from now on."))
        return redirect("people:security")
