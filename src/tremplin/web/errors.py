"""Pages for what goes wrong: what is wrong, what to do, and every word that the person had typed."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.shortcuts import render
from django.utils.translation import gettext as _

from tremplin.web import proof
from tremplin.web.api.problems import is_api, problem
from tremplin.web.typed import typed


def error_page(
    request: HttpRequest,
    status: int,
    *,
    message: str = "",
    remedy: str = "",
    title: str = "",
    back: proof.Back | None = None,
) -> HttpResponse:
    """The page for `status`, with what was typed shown for copying; a program gets it as a program does.

    `back`: the way on that matters most, where it is not the first page.
    """
    said = " ".join(part for part in (message, remedy) if part)
    if is_api(request):
        return problem(status, detail=said)
    if proof.asks(request):
        return proof.refusal(status, {"message": said})
    standard_title, standard, advice = _words(status)
    context = {
        "status": status,
        "title": title or standard_title,
        "message": message or standard,
        "remedy": remedy if message else advice,
        "typed": typed(request),
        "back": back,
    }
    return render(request, "core/error.html", context, status=status)


def _words(status: int) -> tuple[str, str, str]:
    """Title, sentence and advice of an error that brought no words of its own."""
    known = {
        400: (_("That did not work"), _("The request was not complete."), _("Go back and try once more.")),
        403: (
            _("Not open to you"),
            _("This page is for people with another role in this cohort."),
            _("If you think it should be open to you, write to the organisers."),
        ),
        404: (
            _("Nothing here"),
            _("There is no page at this address, or it is not yours to see."),
            _("Check the address, or start again from the home page."),
        ),
        409: (
            _("This has changed meanwhile"),
            _("Somebody else, or another window of yours, was quicker."),
            _("Open the page again to see how things stand now."),
        ),
        422: (
            _("This could not be taken as it is"),
            _("Something in the form does not fit."),
            _("Go back, mend it and send it again."),
        ),
        429: (
            _("Too many tries"),
            _("This was asked for too often in a short time."),
            _("Wait a little, then try again."),
        ),
    }
    unknown = (
        _("Something broke on our side"),
        _("The fault is ours, and nothing that was saved is lost."),
        _("Try again in a minute. If it stays broken, write to the organisers."),
    )
    return known.get(status, unknown)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return error_page(request, 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return error_page(request, 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return error_page(request, 404)


def broken(request: HttpRequest) -> HttpResponse:
    """The last resort: no database, no session, nothing that could break again."""
    if is_api(request):
        return problem(500)
    return render(None, "core/broken.html", status=500)


def csrf_failure(request: HttpRequest, reason: str = "", **_kwargs: Any) -> HttpResponse:
    """The form's safety token has expired, mostly after a new sign-in in another tab."""
    if proof.asks(request):
        return proof.new_token(request)
    address = proof.form_page(request)
    page = error_page(
        request,
        403,
        title=_("This form was open for too long"),
        message=_(
            "This form was open for too long, or in a tab from before you signed in, so it was not saved."
        ),
        remedy=_("Copy your text below, open the form again, put it in and send it once more."),
        back=proof.Back(address, _("Open the form again")) if address else None,
    )
    return HttpResponseForbidden(page.content)


def signed_out(request: HttpRequest) -> HttpResponse:
    """A form of somebody whose session is over: their words, and the way back to the same page through the door."""
    address = proof.form_page(request)
    door = proof.door(address)
    if proof.asks(request):
        message = _(
            "You are signed out, so this is not saved, but kept on this device. Sign in, then go on here."
        )
        return proof.refusal(403, {"message": message, "href": door, "enter": _("Sign in in a new tab")})
    return error_page(
        request,
        403,
        title=_("You are signed out"),
        message=_("You are signed out, so this was not saved."),
        remedy=_("Copy your text below, sign in again, and send it once more."),
        back=proof.Back(door, _("Sign in and come back here") if address else _("Sign in")),
    )
