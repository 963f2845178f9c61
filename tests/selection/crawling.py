"""Every page, search, file and answer to programs that an organiser or observer can ask for, to the byte."""

import re
from collections.abc import Iterator

from django.db import transaction
from django.test import Client
from django.urls import NoReverseMatch

from tests.cast import OPENS, Cast, person
from tests.visiting import content_of
from tests.web.matrix import token_of
from tremplin.people.models import User
from tremplin.programmes import services
from tremplin.programmes.http import cohort_url
from tremplin.programmes.roles import Role
from tremplin.web.access import TABLE, Scope

MARK = "Zyxwvut"
SEARCHED = {"programmes:log", "programmes:mails", "programmes:people", "applications:board", "desk"}
FILES: dict[str, dict[str, str]] = {"programmes:log-export": {}, "applications:export": {"format": "csv"}}
SEARCHES = (
    f"?q={MARK}&page=2&role=reviewer",
    "?deed=selection&lang=fr",
    "?state=waiting&only=offer",
    "?role=scholar",
    "?deed=mentoring",
)


def all_bytes(cast: Cast, user: User, refs: list[str], token: str) -> dict[str, bytes]:
    """All that they can read; what reading leaves in the log is taken back."""
    with transaction.atomic():
        found = forgotten({where: body for where, _status, body in visits(cast, user, refs, token)})
        transaction.set_rollback(True)
    return found


def forgotten(pages: dict[str, bytes]) -> dict[str, bytes]:
    """Without what differs each time: tokens of forms, nonces, ids of requests."""
    noise = re.compile(
        rb'(name="csrfmiddlewaretoken" value="|name="once" value="|nonce="|nonce-)[A-Za-z0-9+/=_-]+'
    )
    return {where: noise.sub(rb"\1", body) for where, body in pages.items()}


def visits(cast: Cast, user: User, refs: list[str], token: str = "") -> Iterator[tuple[str, int, bytes]]:
    """Every page and every answer to programs that an organiser or observer may ask for, on every object."""
    client = Client(headers={"Authorization": f"Bearer {token or token_of(user)}"})
    client.force_login(user)
    for name, access in TABLE.items():
        if access.scope not in {Scope.OWN, Scope.COHORT} or "GET" not in access.methods:
            continue
        for kwargs in ({}, *({"ref": ref} for ref in refs)):
            try:
                path = cohort_url(cast.cohort, name, **kwargs)
            except NoReverseMatch:
                continue
            for query in ("", *SEARCHES) if name in SEARCHED else ("",):
                answer = client.get(path + query)
                body = content_of(answer)
                heads = str({k: v for k, v in answer.headers.items() if k in {"Location", "Link"}}).encode()
                asked_for = (path + query).encode()
                yield f"{name} {path}{query}", answer.status_code, (body + heads).replace(asked_for, b"")
    for name, form in FILES.items():
        answer = client.post(cohort_url(cast.cohort, name), form)
        yield f"{name} as a file", answer.status_code, content_of(answer)


def as_an_applicant(where: str) -> bool:
    """Whether this is a page of one's own application, which shows what every applicant reads of theirs."""
    roles = TABLE[where.split()[0]].roles
    return Role.APPLICANT in roles and roles.isdisjoint({Role.ORGANISER, Role.OBSERVER})


def third(cast: Cast) -> User:
    """Another organiser, so that two can go on."""
    user = person("Thea Third")
    services.grant(user=user, cohort=cast.cohort, role=Role.ORGANISER, actor=cast.organiser, now=OPENS)
    return user
