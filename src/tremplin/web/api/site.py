"""The interface put together: endpoints, their addresses, what wraps every answer, and the schema.

Everything that the access table knows stands in the schema, taken from the table, so neither contradicts the other.
"""

import hashlib
from collections.abc import Callable
from functools import cache, wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from tremplin.core.errors import Invalid, UserError
from tremplin.web.access import TABLE, Access, Scope
from tremplin.web.api import applications, chosen, cohorts, labs, money, public, reading
from tremplin.web.api.problems import CONTENT_TYPE, problem
from tremplin.web.api.words import in_english

PREFIX = "/api/v1"
ROUTERS = (cohorts, applications, reading, chosen, labs, money, public)
_PROBLEM = {
    "type": "object",
    "description": "What went wrong (RFC 9457), in English or French by `Accept-Language`.",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["parameter", "detail"],
                "properties": {"parameter": {"type": "string"}, "detail": {"type": "string"}},
            },
        },
    },
}
_REFUSALS = {
    400: "The body is not JSON",
    401: "No token, or one that is over",
    403: "The token’s owner holds another role",
    404: "Nothing there, or not theirs to see",
    405: "Another method than `Allow` names",
    409: "This programme does not have that part",
    422: "A parameter is wrong",
    429: "Too many requests of this token; see `Retry-After`",
}


def _made() -> NinjaAPI:
    api = NinjaAPI(
        title="Tremplin",
        version="1",
        description="What a person may read, for their programs, and handing in labs. Times are UTC, texts of "
        "programmes stand under their languages, money is in minor units.",
        docs_url=None,
        openapi_url=None,
        urls_namespace="api",
    )
    for room in ROUTERS:
        api.add_router("", room.router)
    api.add_exception_handler(Exception, _broken)
    api.add_exception_handler(Http404, lambda request, fault: problem(404))
    api.add_exception_handler(UserError, _refused)
    api.add_exception_handler(ValidationError, _wrong)
    api.add_exception_handler(HttpError, _unreadable)
    return api


def _broken(request: HttpRequest, fault: Any) -> HttpResponse:
    """A bug: to the log, and to whoever looks after the site."""
    raise fault


def _refused(request: HttpRequest, fault: Any) -> HttpResponse:
    errors = [
        {"parameter": name, "detail": text}
        for name, texts in (fault.errors.items() if isinstance(fault, Invalid) else ())
        for text in texts
    ]
    return problem(fault.status, detail=str(fault), errors=errors)


def _unreadable(request: HttpRequest, fault: Any) -> HttpResponse:
    """A body that is not JSON."""
    return problem(fault.status_code)


def _wrong(request: HttpRequest, fault: Any) -> HttpResponse:
    """A parameter that is not as the schema has it. Words of our own: the library's are English alone."""
    return problem(422, errors=[_fault(error) for error in fault.errors])


def _unfit(request: HttpRequest, known: frozenset[str]) -> HttpResponse | None:
    """A filter with a slip of the pen would otherwise find everything; a NUL is none that a database takes."""
    unknown = [(name, _("There is no such parameter.")) for name in request.GET if name not in known]
    nul = [
        (name, _("It is not as the schema has it."))
        for name, values in request.GET.lists()
        if name in known and any("\0" in value for value in values)
    ]
    errors = [{"parameter": name, "detail": said} for name, said in unknown + nul]
    return problem(422, errors=errors) if errors else None


def _fault(error: dict[str, Any]) -> dict[str, str]:
    name, limits = str(error["loc"][-1]), error.get("ctx", {})
    words = {
        "literal_error": _("It must be one of: %(expected)s."),
        "int_parsing": _("It must be a whole number."),
        "greater_than_equal": _("It must be at least %(ge)s."),
        "less_than_equal": _("It must be at most %(le)s."),
        "missing": _("It is missing."),
        "string_too_short": _("At least %(min_length)s characters."),
        "string_too_long": _("At most %(max_length)s characters."),
        "string_pattern_mismatch": _("Only letters, figures, “-” and “_”."),
    }
    said = words.get(error["type"], _("It is not as the schema has it."))
    return {"parameter": name, "detail": said % limits if limits else said.partition(" %(")[0]}


def urls() -> list[URLPattern]:
    """The addresses of all endpoints, each dressed; the framework's own pages are left out."""
    found = []
    for pattern in _api().urls[0]:
        if isinstance(pattern, URLPattern) and pattern.name in _names():
            access = TABLE.get(f"api:{pattern.name}")
            known = _parameters(pattern.name or "")
            pattern.callback = _dressed(pattern.callback, known, public=bool(access and _is_public(access)))
            found.append(pattern)
    return found


@cache
def _api() -> NinjaAPI:
    return _made()


@cache
def _names() -> frozenset[str]:
    return frozenset(operation.url_name for operation in _operations().values())


def _operations() -> dict[str, Any]:
    """Each endpoint by its address in the schema."""
    return {
        path: operation
        for room in ROUTERS
        for path, view in room.router.path_operations.items()
        for operation in view.operations
    }


def _is_public(access: Access) -> bool:
    return access.scope is Scope.PUBLIC


def _parameters(name: str) -> frozenset[str]:
    """What an endpoint may be asked with, besides the language."""
    models = next(found.models for found in _operations().values() if found.url_name == name)
    asked = [model for model in models if model.__ninja_param_source__ == "query"]
    return frozenset({"lang", *(field for model in asked for field in model.__ninja_flatten_map__)})


def _dressed(view: Callable[..., Any], known: frozenset[str], *, public: bool) -> Callable[..., HttpResponse]:
    """Around each endpoint: HEAD is GET, an answer that has not changed is not sent again, who may keep it."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "HEAD":
            request.method = "GET"
        answer = _unfit(request, known) or view(request, *args, **kwargs)
        if public:
            answer["Access-Control-Allow-Origin"] = "*"
        if answer.status_code == 200:
            answer["Cache-Control"] = "public, max-age=60" if public else "private, no-cache"
            patch_vary_headers(answer, () if public else ("Authorization",))
            answer["ETag"] = f'"{hashlib.sha256(answer.content).hexdigest()[:32]}"'
            unchanged: Any = get_conditional_response(request, etag=answer["ETag"], response=answer)
            return unchanged if isinstance(unchanged, HttpResponse) else answer
        return answer

    return answered


@cache
def schema() -> dict[str, Any]:
    """The interface as OpenAPI has it, with roles and refusals from the access table."""
    made: dict[str, Any] = dict(_api().get_openapi_schema(path_prefix=f"{PREFIX}/"))
    made["components"] = {**made["components"]}
    made["components"]["schemas"] = {**made["components"].get("schemas", {}), "Problem": _PROBLEM}
    for path in made["paths"].values():
        for operation in path.values():
            _complete(operation, TABLE[f"api:{operation['operationId']}"])
    return made


def _complete(operation: dict[str, Any], access: Access) -> None:
    """Who may ask, and what a refusal looks like."""
    possible = set(_REFUSALS) - (set() if "POST" in access.methods else {400})
    if _is_public(access):
        possible -= {401, 403, 429}
    if not operation.get("parameters"):
        possible -= {404}
    for status in sorted(possible):
        operation["responses"][str(status)] = {
            "description": _REFUSALS[status],
            "content": {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
    operation["responses"] = {str(status): answer for status, answer in operation["responses"].items()}
    operation["summary"] = in_english(operation["operationId"])
    operation["x-roles"] = sorted(str(role) for role in access.roles)
