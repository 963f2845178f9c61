"""Every page of the site, every kind of person, and how to visit one as the other."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.applications.conftest import begin
from tests.cast import Cast, enrol, person
from tests.visiting import content_of
from tests.web.examples import Example, example
from tremplin.core import clock
from tremplin.people.models import User
from tremplin.people.services import tokens
from tremplin.programmes import services
from tremplin.programmes.http import cohort_path
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role
from tremplin.selection.models import Scholar

COHORT_WORDS = frozenset({"institution", "programme", "cohort"})
METHODS = ("GET", "POST")
NOBODY, STRANGER, ADMINISTRATOR = "nobody", "stranger", "administrator"
ACTORS = (NOBODY, STRANGER, ADMINISTRATOR, *(str(role) for role in Role))


@dataclass(frozen=True)
class Page:
    """One pattern of the URLconf: its name as the table knows it, and the words that its address needs."""

    name: str
    route: str
    words: frozenset[str]

    @property
    def in_cohort(self) -> bool:
        return self.words >= COHORT_WORDS

    @property
    def by_token(self) -> bool:
        """Whether a program asks here: a token says who, and no cookie does."""
        return self.route.startswith("api/v1/")

    @property
    def has_object(self) -> bool:
        return bool(self.words - COHORT_WORDS)

    def path(self, cohort: Cohort, words: dict[str, Any]) -> str:
        of_cohort = {word: text for word, text in cohort_path(cohort).items() if word in self.words}
        return reverse(self.name, kwargs={**of_cohort, **words})


def pages() -> list[Page]:
    """All pages of the site, however deep their patterns are included."""
    return list(_walk(get_resolver().url_patterns, (), "", frozenset()))


def _walk(
    patterns: list[Any], namespaces: tuple[str, ...], route: str, words: frozenset[str]
) -> Iterator[Page]:
    for pattern in patterns:
        here = route + str(pattern.pattern)
        asked = words | pattern.pattern.converters.keys() | _groups(pattern)
        if isinstance(pattern, URLResolver):
            inner = (*namespaces, pattern.namespace) if pattern.namespace else namespaces
            yield from _walk(pattern.url_patterns, inner, here, frozenset(asked))
        elif isinstance(pattern, URLPattern):
            yield Page(":".join((*namespaces, pattern.name or "")), here, frozenset(asked))


def _groups(pattern: Any) -> set[str]:
    """The words of an address that is given as a regular expression."""
    compiled = pattern.pattern.regex
    return set(compiled.groupindex)


@dataclass
class Visit:
    """A page, an object on it, and the people who come."""

    page: Page
    cast: Cast
    words: dict[str, Any]
    example: Example
    people: dict[str, User | None] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)

    def cookie(self, actor: str) -> str:
        """The session of `actor`, made at their first visit without the ceremony of signing in."""
        user = self.people[actor]
        if user is not None and actor not in self.cookies:
            session = SessionStore()
            session[SESSION_KEY] = str(user.pk)
            session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
            session[HASH_SESSION_KEY] = user.get_session_auth_hash()
            session.create()
            self.cookies[actor] = str(session.session_key)
        return self.cookies.get(actor, "")

    def token(self, actor: str) -> dict[str, str]:
        """The header of a program of `actor`."""
        user = self.people[actor]
        if user is None:
            return {}
        if actor not in self.tokens:
            self.tokens[actor] = token_of(user)
        return {"Authorization": f"Bearer {self.tokens[actor]}"}

    def go(self, actor: str, method: str, words: dict[str, Any] | None = None) -> HttpResponse:
        """What `actor` is answered. Whatever the visit changes is undone."""
        client = Client(raise_request_exception=False)
        headers = {}
        if self.page.by_token:
            headers = self.token(actor)
        elif cookie := self.cookie(actor):
            client.cookies = SimpleCookie({settings.SESSION_COOKIE_NAME: cookie})
        path = self.page.path(self.cast.cohort, self.words if words is None else words)
        with transaction.atomic():
            answer = client.generic(
                method,
                path,
                data=b"" if method != "POST" else _encoded(self.example.data),
                content_type="application/x-www-form-urlencoded",
                headers=headers,
            )
            transaction.set_rollback(True)
        if answer.streaming:  # a file was opened for it: read to its end, it is closed
            content_of(answer)
        return answer


def token_of(user: User, *, scope: str = "") -> str:
    """The secret of a new token for programs of `user`, who has no other then: a person may have but a few."""
    user.api_tokens.all().delete()
    made = tokens.make_token(user=user, name="Script", scope=scope, days=30, now=clock.now())
    assert made is not None
    return made[1]


def _encoded(data: Any) -> bytes:
    return urlencode(data, doseq=True).encode()


def prepare(page: Page, cast: Cast) -> Visit:
    """Make the object of `page` and give every role to somebody."""
    chosen = example(page.name) or Example(lambda _cast: {})
    words = chosen.make(cast)
    return Visit(page, cast, words, chosen, everybody(cast))


def before_closed_doors(page: Page, cast: Cast, people: dict[str, User | None]) -> Visit:
    """Before a page that will not be opened: no object is needed, only an address that could be one."""
    return Visit(page, cast, dict.fromkeys(page.words - COHORT_WORDS, "1"), Example(lambda _cast: {}), people)


def everybody(cast: Cast) -> dict[str, User | None]:
    """One person for each role and for it alone, and those who hold none here."""
    administrator = person("Adam Administrator")
    administrator.is_staff = True
    administrator.save()
    begin(cast)
    if not Scholar.objects.filter(cohort=cast.cohort, user=cast.scholar).exists():
        enrol(cast)
    cast.scholar.memberships.filter(role=Role.APPLICANT).delete()
    people: dict[str, User | None] = {NOBODY: None, STRANGER: cast.stranger, ADMINISTRATOR: administrator}
    held = set(cast.cohort.memberships.values_list("user", "role"))
    for role in Role:
        user: User = getattr(cast, role)
        if (user.pk, role) not in held:
            services.grant(user=user, cohort=cast.cohort, role=role, actor=None, now=cast.at("call_opens"))
        people[role] = user
    return people


def moment(visit: Visit) -> datetime:
    return visit.example.at(visit.cast)
