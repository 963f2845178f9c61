"""Pages for what goes wrong: what is wrong, what to do, and every word that the person had typed."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.shortcuts import render
from django.utils.translation import gettext as _

from tremplin.web.api.problems import is_api, problem

_SECRET_FIELDS = frozenset(
    {"csrfmiddlewaretoken", "password", "password1", "password2", "oldpassword", "once", "code", "credential"}
)


def error_page(request: HttpRequest, status: int, *, message: str = "", remedy: str = "") -> HttpResponse:
    """The page for `status`, with what was typed shown for copying; a program gets it as a program does."""
    if is_api(request):
        return problem(status, detail=" ".join(part for part in (message, remedy) if part))
    title, standard, advice = _words(status)
    context = {
        "status": status,
        "title": title,
        "message": message or standard,
        "remedy": remedy if message else advice,
        "typed": typed(request),
    }
    return render(request, "core/error.html", context, status=status)


def typed(request: HttpRequest) -> list[tuple[str, str]]:
    """The texts of a form that was sent, without passwords, tokens and what pages keep for themselves (`_…`)."""
    if request.method != "POST":
        return []
    return [
        (name, value)
        for name, values in request.POST.lists()
        if name not in _SECRET_FIELDS and not name.startswith("_")
        for value in values
        if isinstance(value, str) and value.strip()
    ]


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
    page = error_page(
        request,
        403,
        message=_(
            "This form was open for too long, or in a tab from before you signed in, so it was not saved."
        ),
        remedy=_("Copy your text below, go back, load the page anew and send it once more."),
    )
    return HttpResponseForbidden(page.content)
