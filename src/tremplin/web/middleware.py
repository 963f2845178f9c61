"""The doors of the house: request ids, language, plain errors, and the access table."""

import re
import secrets
from collections.abc import Callable
from typing import Any, cast

from django.conf import settings
from django.contrib.auth.middleware import get_user
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.middleware.common import CommonMiddleware
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers

from tremplin.core.errors import UserError
from tremplin.core.recall import reading, recall
from tremplin.programmes import apart
from tremplin.programmes.http import person
from tremplin.programmes.queries import cohort_and_roles
from tremplin.web import proof
from tremplin.web.access import TABLE, Access, Scope
from tremplin.web.api import doors
from tremplin.web.api.problems import is_api
from tremplin.web.errors import error_page, signed_out
from tremplin.web.guard import let_in
from tremplin.web.logs import REQUEST_ID
from tremplin.web.shut import stands_apart

Handler = Callable[[HttpRequest], HttpResponseBase]
_COHORT_KEYS = ("institution", "programme", "cohort")


class RequestIdMiddleware:
    """Gives each request an id that a person can quote and an administrator can find in the log."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.META[REQUEST_ID] = identifier = secrets.token_hex(6)
        response = self.get_response(request)
        response["X-Request-Id"] = identifier
        return response


class LanguageMiddleware:
    """The language of a page: `?lang=`, else the cookie, else the person's own, else the browser's.

    A person's own language is applied by PersonMiddleware, once the person is known.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        asked = _known(request.GET.get("lang", ""))
        chosen = asked or _known(request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, ""))
        language = chosen or _from_browser(request)
        request.language_chosen = bool(chosen)  # type: ignore[attr-defined]
        translation.activate(language)
        request.LANGUAGE_CODE = language
        response = self.get_response(request)
        response.headers.setdefault("Content-Language", translation.get_language() or language)
        patch_vary_headers(response, ("Accept-Language", "Cookie"))
        if asked and isinstance(response, HttpResponse):
            remember_language(response, asked)
        return response


class SlashMiddleware(CommonMiddleware):
    """Pages forgive a missing slash at the end; a program is told that there is nothing."""

    def should_redirect_with_slash(self, request: HttpRequest) -> bool:
        return not is_api(request) and super().should_redirect_with_slash(request)


class PersonMiddleware:
    """Speaks to a person in their own language unless they have chosen another one here."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        # The person, not Django's promise of one: each look through that costs, and a page takes hundreds.
        request.user = get_user(request)
        user = person(request)
        if user and not getattr(request, "language_chosen", False) and _known(user.language):
            translation.activate(user.language)
            request.LANGUAGE_CODE = user.language
        return self.get_response(request)


class PlainErrorsMiddleware:
    """Turns a UserError that nobody caught into a plain page: what is wrong, what to do, what was typed."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, UserError):
            if proof.asks(request):
                return proof.refusal(exception.status, proof.said_of(exception))
            return error_page(
                request, exception.status, message=str(exception.message), remedy=str(exception.remedy)
            )
        return None


class AccessMiddleware:
    """Opens a page only as the access table says; whatever the table does not name stays shut."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with timezone.override(None), reading(only=request.method in {"GET", "HEAD"}):
            response = self.get_response(request)
        proof.prove(request, response)
        return response

    def process_view(
        self, request: HttpRequest, _view: Any, _args: list[Any], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        match = request.resolver_match
        name = match.view_name if match else ""
        access = TABLE.get(name)
        if access is None:
            raise ImproperlyConfigured(
                f"The page “{name}” is not in the access table (tremplin/web/access.py)."
            )
        if is_api(request):
            refused = doors.enter(request, name.removeprefix("api:"), access, kwargs)
            if refused is None:
                let_in(request)
            return refused
        if access.scope is Scope.DEMO and not settings.DEMO:
            raise Http404
        if _COHORT_KEYS[2] in kwargs:
            _enter_cohort(request, kwargs)
        refusal = _refusal(request, access)
        if refusal is not None:
            return refusal
        method = "GET" if request.method == "HEAD" else request.method
        if method not in access.methods:
            return HttpResponseNotAllowed(access.methods)
        let_in(request)
        return None


def _enter_cohort(request: Any, kwargs: dict[str, Any]) -> None:
    """Find the cohort of the address, and hide its words from the view. Raises Http404."""
    user = person(request)
    cohort, roles = cohort_and_roles(user, *(kwargs.pop(key) for key in _COHORT_KEYS))
    if cohort is None:
        raise Http404
    timezone.activate(cohort.plan.cohort.time_zone)
    request.cohort = cohort
    request.roles = roles
    recall(("roles", user.pk if user else None, cohort.pk), lambda: roles)


def _refusal(request: HttpRequest, access: Access) -> HttpResponseBase | None:
    """The answer to somebody who may not pass, None when they may. A stranger learns nothing: 404."""
    if access.scope in {Scope.PUBLIC, Scope.DEMO}:
        return None
    user = person(request)
    if user is None:
        return _ask_to_sign_in(request)
    if access.scope is Scope.INSTALLATION and not user.is_staff:
        raise Http404
    if access.scope in {Scope.OWN, Scope.COHORT}:
        roles = cast(frozenset[Any], getattr(request, "roles", frozenset()))
        if not roles:
            raise Http404
        if roles.isdisjoint(access.roles):
            raise PermissionDenied
        if stands_apart(request, access):
            told = apart.refusal()
            return error_page(request, 403, message=str(told.message), remedy=str(told.remedy))
    return None


def _ask_to_sign_in(request: HttpRequest) -> HttpResponseBase:
    """To the sign-in page and back here; what was typed into a form is shown, so that nothing is lost."""
    if request.method in {"GET", "HEAD"}:
        return redirect_to_login(request.get_full_path())
    return signed_out(request)


def _known(language: str) -> str:
    return language if language in dict(settings.LANGUAGES) else ""


def _from_browser(request: HttpRequest) -> str:
    header = request.headers.get("Accept-Language", "")
    for part in re.split(r"\s*,\s*", header):
        language = _known(part.split(";")[0].split("-")[0].strip().lower())
        if language:
            return language
    return settings.LANGUAGE_CODE


def remember_language(response: HttpResponse, language: str) -> None:
    """Keep the chosen language in the browser."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        samesite=settings.LANGUAGE_COOKIE_SAMESITE,  # type: ignore[arg-type]
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
    )
