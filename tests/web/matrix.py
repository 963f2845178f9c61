"""Every page of the site, every kind of person, and how to visit one as the other."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.applications.conftest import begin
from tests.cast import Cast, enrol, person
from tests.web.examples import Example, example
from tremplin.people.models import User
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

    def sign_in(self, actor: str, user: User | None) -> None:
        self.people[actor] = user
        if user is not None:
            client = Client()
            client.force_login(user)
            self.cookies[actor] = client.cookies["sessionid"].value

    def go(self, actor: str, method: str, words: dict[str, Any] | None = None) -> HttpResponse:
        """What `actor` is answered. Whatever the visit changes is undone."""
        client = Client(raise_request_exception=False)
        if self.cookies.get(actor):
            client.cookies = SimpleCookie({"sessionid": self.cookies[actor]})
        path = self.page.path(self.cast.cohort, self.words if words is None else words)
        with transaction.atomic():
            answer = client.generic(
                method,
                path,
                data=b"" if method != "POST" else _encoded(self.example.data),
                content_type="application/x-www-form-urlencoded",
            )
            transaction.set_rollback(True)
        if answer.streaming:  # a file was opened for it, and nobody will read it
            answer.close()
        return answer


def _encoded(data: Any) -> bytes:
    return urlencode(data, doseq=True).encode()


def prepare(page: Page, cast: Cast) -> Visit:
    """Make the object of `page`, give every role to somebody, and sign everybody in."""
    chosen = example(page.name) or Example(lambda _cast: {})
    words = chosen.make(cast)
    visit = Visit(page, cast, words, chosen)
    for actor, user in everybody(cast).items():
        visit.sign_in(actor, user)
    return visit


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
    for role in Role:
        user: User = getattr(cast, role)
        services.grant(user=user, cohort=cast.cohort, role=role, actor=None, now=cast.at("call_opens"))
        people[role] = user
    return people


def moment(visit: Visit) -> datetime:
    return visit.example.at(visit.cast)
