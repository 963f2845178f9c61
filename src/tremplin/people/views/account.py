"""One's own account: who one is, which roles one holds, what is kept about one."""

from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from tremplin.core import clock
from tremplin.core.errors import UserError
from tremplin.core.ui.shell import languages
from tremplin.core.ui.typed import typed_into
from tremplin.people import archive, personal_data, queries, zones
from tremplin.people.forms import DetailsForm, EraseForm, show_fault
from tremplin.people.models import User
from tremplin.people.services import account, consents, erasure
from tremplin.people.views import doors


def me(request: HttpRequest) -> User:
    """The person who is signed in: the access table has seen to it."""
    return cast(User, request.user)


@never_cache
def show(request: HttpRequest) -> HttpResponse:
    """Who one is, the roles one holds, what one agreed to, and the ways to look at and to take one's data."""
    user = me(request)
    context = {
        "person": user,
        "zone": zones.label(user.time_zone),
        "spoken": next((each.name for each in languages() if each.code == user.language), user.language),
        "memberships": queries.roles_held(user),
        "words": queries.words(user),
        "erasure": erasure.open_request(user),
    }
    return render(request, "people/account.html", context)


@typed_into
def details(request: HttpRequest) -> HttpResponse:
    """Name, language, time zone."""
    user = me(request)
    initial = {"name": user.name, "language": user.language, "time_zone": user.time_zone}
    form = DetailsForm(request.POST or None, user=user, initial=initial)
    if form.is_valid():
        try:
            account.save_details(user=user, **form.cleaned_data)
            return _saved(user.language)
        except UserError as fault:
            show_fault(form, fault)
    return render(request, "people/details.html", {"form": form})


def _saved(language: str) -> HttpResponse:
    """Back to the account, from now on in the language just chosen, whatever this browser was set to."""
    translation.activate(language)
    response = redirect("people:account")
    response.delete_cookie(settings.LANGUAGE_COOKIE_NAME)
    return response


@doors.proved
@never_cache
def download(request: HttpRequest) -> StreamingHttpResponse:
    """All that is kept about a person and that they may see, as an archive with their files."""
    user = me(request)
    blocks = archive.archive(user, now=clock.now())
    response = StreamingHttpResponse(blocks, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="tremplin-{user.ref}.zip"'
    return response


def consent(request: HttpRequest, purpose: str) -> HttpResponse:
    """Take a consent back, and with it what it allowed. It is given again where it was asked."""
    consents.withdraw(user=me(request), code=purpose, about=request.POST.get("about", ""), now=clock.now())
    messages.success(request, _("Taken back, with today’s date."))
    return redirect(f"{reverse('people:account')}#consents")


@doors.proved
@never_cache
def erase(request: HttpRequest) -> HttpResponse:
    """Erase the account at once where nothing hangs on it; else say what does, and ask those who decide."""
    user, now = me(request), clock.now()
    if "keep" in request.POST:
        erasure.keep_account(user=user, now=now)
        messages.success(request, _("Your request is taken back: your account stays."))
        return redirect("people:account")
    reasons = erasure.reasons_to_stay(user)
    form = EraseForm(request.POST if request.method == "POST" and not reasons else None)
    if request.method == "POST" and reasons:
        _ask(request, user)
        return redirect("people:erase")
    if form.is_valid():
        erasure.erase(user=user, now=now)
        logout(request)
        return render(request, "people/erased.html")
    latest = erasure.latest_request(user)
    context: dict[str, Any] = {
        "form": form,
        "reasons": reasons,
        "running": personal_data.running(user, now=now),
        "erasure": erasure.open_request(user),
        "latest": latest,
        "parts": latest.parts.order_by("title", "pk") if latest else (),
    }
    return render(request, "people/erase.html", context)


def _ask(request: HttpRequest, user: User) -> None:
    """Ask for the erasure, and step back at once from what others may still read, if that was ticked or pressed."""
    before, now = erasure.open_request(user), clock.now()
    stepping = "withdraw" in request.POST
    erasure.ask_to_be_erased(user=user, now=now, step_back=stepping)
    if before is None:
        messages.success(request, _("The institutions have been asked."))
    if stepping:
        messages.success(request, _("Withdrawn: nobody reads it any more."))
