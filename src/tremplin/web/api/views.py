"""The schema for programs, and the page about it for people."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from tremplin.programmes.roles import Role
from tremplin.web.api import site
from tremplin.web.api.words import SUMMARIES

COHORT = f"{site.PREFIX}/cohorts/{{institution}}/{{programme}}/{{cohort}}"


def schema(request: HttpRequest) -> HttpResponse:
    """The interface in OpenAPI 3.1."""
    answer = JsonResponse(site.schema())
    answer["Access-Control-Allow-Origin"] = "*"
    answer["Cache-Control"] = "public, max-age=300"
    return answer


def guide(request: HttpRequest) -> HttpResponse:
    """Every endpoint with who may ask, in our own look and without anybody else's script."""
    public: list[dict[str, Any]] = []
    own: list[dict[str, Any]] = []
    for address, methods in site.schema()["paths"].items():
        [(method, operation)] = methods.items()
        row = _row(address, method, operation)
        (own if row["token"] else public).append(row)
    context = {"public": public, "own": own, "cohort_address": COHORT}
    return render(request, "web/api.html", context)


def _row(address: str, method: str, operation: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": operation["operationId"],
        "address": address.replace(COHORT, "…"),
        "method": "" if method == "get" else method.upper(),
        "summary": SUMMARIES[operation["operationId"]],
        "token": bool(operation.get("security")),
        "roles": [Role(role).label for role in operation["x-roles"]],
        "parameters": [given["name"] for given in operation.get("parameters", []) if given["in"] == "query"],
    }
