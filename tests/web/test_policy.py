"""Every page says what a browser may load for it, its own wishes included."""

from typing import Any

import pytest
from csp.constants import NONCE, SELF
from csp.decorators import csp_exempt, csp_replace, csp_update
from csp.middleware import CSPMiddleware
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory, override_settings

from tremplin.web.policy import PolicyMiddleware

HEADER = "Content-Security-Policy"


def plain(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("A page")


def with_nonce(request: Any) -> HttpResponse:
    return HttpResponse(str(request.csp_nonce))


def with_its_own(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("A page", headers={HEADER: "default-src 'none'"})


def directives(header: str) -> set[str]:
    return {part.strip() for part in header.split(";")} - {""}


def said(middleware: Any, view: Any) -> set[str]:
    answer = middleware(view)(RequestFactory().get("/"))
    return {
        f"{name}: {part}" for name, text in answer.items() if "Policy" in name for part in directives(text)
    }


@pytest.mark.parametrize(
    "view",
    [
        plain,
        with_its_own,
        csp_exempt()(plain),
        csp_update({"media-src": [SELF]})(plain),
        csp_replace({"img-src": [SELF]})(plain),
    ],
)
@pytest.mark.parametrize("only_reported", [None, {"DIRECTIVES": {"default-src": [SELF]}}])
def test_a_page_says_what_django_csp_would_say(view: Any, only_reported: Any) -> None:
    with override_settings(CONTENT_SECURITY_POLICY_REPORT_ONLY=only_reported):
        assert said(PolicyMiddleware, view) == said(CSPMiddleware, view)


@override_settings(CONTENT_SECURITY_POLICY={"DIRECTIVES": {"script-src": [SELF, NONCE]}})
def test_a_nonce_that_a_page_used_is_in_its_policy() -> None:
    made: Any = PolicyMiddleware(with_nonce)
    for _time in range(2):
        answer = made(RequestFactory().get("/"))
        assert f"'nonce-{answer.content.decode()}'" in answer[HEADER]


@pytest.mark.django_db
def test_nothing_is_loaded_from_elsewhere(client: Client) -> None:
    found = directives(client.get("/accessibility/")[HEADER])
    assert {"default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'"} <= found
