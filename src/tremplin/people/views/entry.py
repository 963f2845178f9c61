"""Signing in and out."""

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from tremplin.core import clock
from tremplin.core.errors import UserError
from tremplin.core.ui.typed import forget_stored, typed_into
from tremplin.people import queries
from tremplin.people.adapter import origin
from tremplin.people.destinations import destination, to_take_along
from tremplin.people.forms import LinkForm, MailedCodeForm, PasswordSignInForm, SignInForm, show_fault
from tremplin.people.models import MailedKey, Purpose, User
from tremplin.people.services import entry
from tremplin.people.services.entry import LinkGone
from tremplin.people.views import doors


@typed_into
def sign_in(request: HttpRequest) -> HttpResponse:
    """One address field; a link by mail unless the person asks for their password or passkey."""
    if request.user.is_authenticated:
        return _onward(doors.wanted(request))
    if request.method != "POST":
        return _sign_in_page(request, SignInForm(initial={"next": doors.wanted(request)}))
    form = SignInForm(request.POST)
    if request.POST.get("way") == "password":
        return _password_page(request, PasswordSignInForm(initial=request.POST.dict()))
    if form.is_valid():
        try:
            return _mail_link(request, form.cleaned_data["address"])
        except UserError as fault:
            show_fault(form, fault)
            return _sign_in_page(request, form, status=fault.status)
    return _sign_in_page(request, form)


def _mail_link(request: HttpRequest, address: str) -> HttpResponse:
    key = entry.ask_for_link(
        address=address,
        origin=origin(request),
        next_url=doors.wanted(request),
        language=translation.get_language() or settings.LANGUAGE_CODE,
        now=clock.now(),
        carried=to_take_along(request.session),
    )
    doors.remember(request, key)
    return redirect("people:sign-in-sent")


def _sign_in_page(request: HttpRequest, form: SignInForm, status: int = 200) -> HttpResponse:
    onward = doors.wanted(request)
    context = {"form": form, "next": onward, "goal": destination(onward, request.session)}
    return render(request, "people/sign_in.html", context, status=status)


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """Where allauth sends people who must sign in (again)."""
    onward = doors.wanted(request)
    return redirect(reverse("people:sign-in") + (f"?{urlencode({'next': onward})}" if onward else ""))


@never_cache
def sent(request: HttpRequest) -> HttpResponse:
    """Look in your mail: the link is there, and a code to type here."""
    refs = doors.asked(request)
    key = queries.newest_key(Purpose.SIGN_IN, refs)
    if request.user.is_authenticated:
        return _onward(key.next if key else "")
    if key is None:
        return redirect("people:sign-in")
    form = MailedCodeForm(request.POST or None)
    status = 200
    if form.is_valid():
        try:
            user, used = entry.use_code(
                refs=refs,
                typed=form.cleaned_data["code"],
                time_zone=form.cleaned_data["time_zone"],
                now=clock.now(),
            )
            return doors.enter(request, user, way="code", next_url=used.next, carried=used.carried)
        except UserError as fault:
            show_fault(form, fault)
            status = fault.status
    return render(request, "people/sent.html", {"form": form, "key": key}, status=status)


@never_cache
def open_link(request: HttpRequest, link: str) -> HttpResponse:
    """The page of a mailed link. Opening it uses nothing up: its button does, wherever it is pressed."""
    now = clock.now()
    try:
        if request.method != "POST":
            key = entry.find_link(link=link, now=now)
            _speak(request, key)
            context = {"key": key, "form": LinkForm(), "goal": destination(key.next, key.carried)}
            return render(request, "people/link.html", context)
        user, key = entry.use_link(link=link, time_zone=request.POST.get("time_zone", ""), now=now)
    except LinkGone as gone:
        return _link_gone(request, gone)
    _speak(request, key)
    return doors.enter(request, user, way="link", next_url=key.next, carried=key.carried)


def _speak(request: HttpRequest, key: MailedKey) -> None:
    """In the language of the mail, unless this browser has chosen another."""
    if not getattr(request, "language_chosen", False):
        translation.activate(key.language)


def _link_gone(request: HttpRequest, gone: LinkGone) -> HttpResponse:
    """A used link in the browser that used it leads on; anywhere else, to a new link."""
    key = gone.key
    if key is not None:
        _speak(request, key)
        if isinstance(request.user, User) and request.user.email == key.address:
            return _onward(key.next)
    form = SignInForm(initial={"next": key.next if key else "", "address": key.address if key else ""})
    context = {"form": form, "next": key.next if key else "", "fault": gone}
    return render(request, "people/link_gone.html", context, status=gone.status)


@never_cache
@sensitive_post_parameters("password")
def password(request: HttpRequest) -> HttpResponse:
    """Address and password, for those who have one."""
    if request.user.is_authenticated:
        return _onward(doors.wanted(request))
    if request.method != "POST":
        return _password_page(request, PasswordSignInForm(initial={"next": doors.wanted(request)}))
    form = PasswordSignInForm(request.POST)
    status = 200
    if form.is_valid():
        try:
            user = entry.check_password(
                address=form.cleaned_data["address"],
                password=form.cleaned_data["password"],
                origin=origin(request),
                now=clock.now(),
            )
            return doors.enter(request, user, way="password", next_url=doors.wanted(request))
        except UserError as fault:
            show_fault(form, fault)
            status = fault.status
    return _password_page(request, form, status=status)


def _password_page(request: HttpRequest, form: PasswordSignInForm, status: int = 200) -> HttpResponse:
    back = reverse("people:sign-in")
    if onward := doors.wanted(request):
        back = f"{back}?{urlencode({'next': onward})}"
    return render(request, "people/password_sign_in.html", {"form": form, "back": back}, status=status)


@never_cache
def sign_out(request: HttpRequest) -> HttpResponse:
    """A link from anywhere shows a button; the button signs out."""
    if request.method == "POST":
        logout(request)
        answer = redirect("home")
        forget_stored(answer)  # nobody else on this device may go back to what was typed
        return answer
    if not request.user.is_authenticated:
        return redirect("home")
    return render(request, "people/sign_out.html", {"title": _("Sign out")})


def _onward(next_url: str) -> HttpResponse:
    return redirect(next_url or "home")
