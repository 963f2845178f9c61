"""What went wrong, for programs: problem details as RFC 9457 has them, in the language that was asked for."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _

ROOT = "/api/v1/"
CONTENT_TYPE = "application/problem+json"


def is_api(request: HttpRequest | None) -> bool:
    """Whether a program asks, so that it is answered as one."""
    return request is not None and request.path_info.startswith(ROOT)


def problem(
    status: int,
    *,
    detail: str = "",
    errors: Sequence[Mapping[str, str]] = (),
    headers: Mapping[str, str] | None = None,
) -> JsonResponse:
    """The answer to a request that cannot be met. `errors` names each parameter and what is wrong with it."""
    title, advice = _words(status)
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": detail or advice,
    }
    if errors:
        body["errors"] = list(errors)
    answer = JsonResponse(body, status=status, headers=dict(headers or {}))
    answer["Content-Type"] = CONTENT_TYPE
    answer["Cache-Control"] = "no-store"
    return answer


def no_right_to_submit() -> JsonResponse:
    """The answer to a token that only reads."""
    return problem(
        403, detail=_("This token may only read. Make one that may hand in labs, in your account.")
    )


def _words(status: int) -> tuple[str, str]:
    """Title and advice for a status that brought no words of its own."""
    known = {
        400: (_("Not understood"), _("The request cannot be read.")),
        401: (
            _("No valid token"),
            _(
                "Send a token that has not ended in the header “Authorization: Bearer …”. "
                "People make them in their account."
            ),
        ),
        403: (_("Not open to you"), _("The token’s owner does not hold a role that may read this.")),
        404: (_("Nothing here"), _("There is nothing at this address, or it is not yours to see.")),
        405: (_("Another method"), _("This address answers only the methods that “Allow” names.")),
        422: (_("A parameter is wrong"), _("See “errors” for which one, and why.")),
        429: (_("Too many requests"), _("Wait as long as the header “Retry-After” says.")),
    }
    unknown = (_("Something broke on our side"), _("The fault is ours. Try again in a minute."))
    return known.get(status, unknown)
