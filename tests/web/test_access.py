"""Every page by every kind of person, own and other institution and method, against the access table."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.urls import get_resolver, resolve

from tests.cast import Cast, gather, person
from tests.visiting import hold
from tests.web.examples import EXAMPLES, example
from tests.web.matrix import (
    ACTORS,
    ADMINISTRATOR,
    COHORT_WORDS,
    METHODS,
    NOBODY,
    STRANGER,
    Page,
    Visit,
    before_closed_doors,
    everybody,
    moment,
    pages,
    prepare,
)
from tremplin.programmes import services
from tremplin.programmes.roles import Role, roles_of
from tremplin.web.access import TABLE, Access, Scope

PAGES = pages()
DECLARED = [page for page in PAGES if page.name in TABLE]
OF_A_COHORT = {Scope.OWN, Scope.COHORT}
OTHER_METHODS = ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")

by_name = pytest.mark.parametrize("page", DECLARED, ids=lambda page: page.name)
Freeze = Callable[[datetime], object]


@pytest.fixture
def freeze(monkeypatch: pytest.MonkeyPatch) -> Freeze:
    """Stop the clock that the pages read."""
    return partial(hold, monkeypatch)


@pytest.fixture
def visit(page: Page, cast: Cast, freeze: Freeze) -> Visit:
    """Everybody before the page, with an object on it."""
    if page.has_object and example(page.name) is None:
        pytest.skip("Nothing tells how to make its object.")
    made = prepare(page, cast)
    freeze(moment(made))
    return made


def test_every_page_is_in_the_table_and_nothing_else_is() -> None:
    names = {page.name for page in PAGES}
    undeclared = sorted(
        f"{page.name or '(no name)'} at /{page.route}" for page in PAGES if page.name not in TABLE
    )
    assert not undeclared, f"Declare these pages in tremplin/web/access.py: {undeclared}"
    assert not TABLE.keys() - names, (
        f"No such page: take these lines from the table: {sorted(TABLE.keys() - names)}"
    )


@pytest.mark.parametrize("page", [page for page in DECLARED if page.has_object], ids=lambda page: page.name)
def test_a_page_about_an_object_has_an_example(page: Page) -> None:
    words = ", ".join(sorted(page.words - COHORT_WORDS))
    assert example(page.name), (
        f"The page “{page.name}” is about an object ({words}), and nothing tells how to make one: "
        f"add EXAMPLES[{page.name!r}] to tests/web/examples.py."
    )


def test_every_example_is_of_a_page() -> None:
    names = {page.name for page in PAGES}
    assert not EXAMPLES.keys() - names, f"No such page: {sorted(EXAMPLES.keys() - names)}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_of_a_cohort_says_who_may_come(page: Page) -> None:
    access = TABLE.get(page.name, Access(Scope.PUBLIC))
    if access.scope in OF_A_COHORT:
        assert page.in_cohort, f"“{page.name}” has the scope {access.scope} but no cohort in its address."
        assert access.roles, f"“{page.name}” names no role: nobody could come."
    else:
        assert not access.roles, (
            f"“{page.name}” names roles, but its scope {access.scope} does not look at them."
        )
    assert set(access.methods) <= set(METHODS)


def is_open(access: Access, actor: str) -> bool:
    """Whether the table lets `actor` pass."""
    if access.scope in {Scope.PUBLIC, Scope.DEMO}:
        return True
    if access.scope is Scope.SELF:
        return actor != NOBODY
    if access.scope is Scope.INSTALLATION:
        return actor == ADMINISTRATOR
    return actor in {str(role) for role in access.roles}


def refusal(page: Page, access: Access, actor: str, method: str) -> int:
    """What somebody meets who may not pass: the way to sign in, 403 in the house, 404 outside of it."""
    if actor == NOBODY and page.by_token:
        return 401
    if actor == NOBODY:
        return 302 if method == "GET" else 403
    if access.scope in OF_A_COHORT and actor not in {STRANGER, ADMINISTRATOR}:
        return 403
    return 404


def is_owner(visit: Visit, actor: str) -> bool:
    return not visit.example.owner or visit.people[actor] == getattr(visit.cast, visit.example.owner)


@pytest.mark.django_db
@by_name
def test_who_comes_in_and_who_does_not(page: Page, visit: Visit) -> None:
    access = TABLE[page.name]
    wrong = [
        fault
        for method in METHODS
        for fault in faults_of(visit, access, method, {actor: visit.go(actor, method) for actor in ACTORS})
    ]
    assert not wrong, "\n".join(wrong)


def faults_of(visit: Visit, access: Access, method: str, answers: dict[str, Any]) -> list[str]:
    """What is wrong with the answers to a method. A deed may be for some of those who see the page."""
    passed = [actor for actor in ACTORS if is_open(access, actor) and not refused(answers[actor])]
    return [
        f"{visit.page.name}: {actor} {method}s and gets {answer.status_code}{fault}"
        for actor, answer in answers.items()
        if (fault := fault_of(visit, access, actor, method, answer))
        and not (method == "POST" and passed and is_open(access, actor) and answer.status_code == 403)
    ]


def refused(answer: Any) -> bool:
    return answer.status_code in {401, 403, 404, 405}


def fault_of(visit: Visit, access: Access, actor: str, method: str, answer: Any) -> str:
    """What is wrong with one answer, "" if nothing is."""
    if not is_open(access, actor):
        wanted = refusal(visit.page, access, actor, method)
        return "" if answer.status_code == wanted else f", should get {wanted}."
    if method not in access.methods:
        return "" if answer.status_code == 405 else ", should get 405."
    if answer.status_code >= 500:
        return f": it breaks on an empty form; mend it, or give the example `data`. {_reason(answer)}"
    if not is_owner(visit, actor):
        told = answer.status_code == 200 and method == "GET"
        return f", though the object belongs to {visit.example.owner}." if told else ""
    if refused(answer):
        return ", though the table lets them in. Does it need a scene? Set one in tests/web/examples.py."
    return ""


def _reason(answer: Any) -> str:
    error = getattr(answer, "exc_info", None)
    return repr(error[1]) if error else ""


@pytest.mark.django_db
def test_no_other_method_opens_a_page(cast: Cast) -> None:
    people = everybody(cast)
    wrong = []
    for page in DECLARED:
        actor = next(actor for actor in reversed(ACTORS) if is_open(TABLE[page.name], actor))
        visit = before_closed_doors(page, cast, people)
        got = {method: visit.go(actor, method).status_code for method in OTHER_METHODS}
        wrong += [f"{page.name}: {got}"] if set(got.values()) != {405} else []
    assert not wrong, "\n".join(wrong)


@pytest.mark.django_db
@pytest.mark.parametrize("page", [page for page in DECLARED if page.has_object], ids=lambda page: page.name)
def test_an_object_of_another_institution_is_not_there(page: Page, visit: Visit) -> None:
    access = TABLE[page.name]
    if access.scope not in OF_A_COHORT:
        pytest.skip(
            "The address of this page names no cohort: who may see the object is tested with its owner."
        )
    theirs = visit.example.make(gather(house="Elsewhere"))
    own = {key: value for key, value in visit.words.items() if theirs[key] == value}
    if theirs == own:
        pytest.skip("The words of this address are the same in each cohort (a part of a form, a week).")
    wrong = [
        f"{role} {method}s another institution's object and gets {status}"
        for role in access.roles
        for method in access.methods
        if (status := visit.go(role, method, words=theirs).status_code) != 404
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.django_db
@pytest.mark.parametrize("page", [page for page in DECLARED if page.has_object], ids=lambda page: page.name)
def test_an_object_of_somebody_else_is_not_there(page: Page, visit: Visit) -> None:
    access = TABLE[page.name]
    if access.scope is not Scope.OWN or not visit.example.owner:
        pytest.skip("The object belongs to nobody in particular.")
    owner = getattr(visit.cast, visit.example.owner)
    other = person("Sam Standin")
    for role in roles_of(owner, visit.cast.cohort) & access.roles:
        services.grant(user=other, cohort=visit.cast.cohort, role=role, actor=None, now=moment(visit))
    visit.people["other"] = other
    got = {method: visit.go("other", method).status_code for method in access.methods}
    assert set(got.values()) == {404}, got


@pytest.mark.django_db
def test_a_cohort_that_does_not_exist_has_no_pages(cast: Cast) -> None:
    people = everybody(cast)
    cast.cohort.slug = "2099"
    wrong = []
    for page in DECLARED:
        if page.in_cohort:
            visit = before_closed_doors(page, cast, people)
            got = {actor: visit.go(actor, "GET").status_code for actor in (NOBODY, Role.ORGANISER)}
            wrong += [f"{page.name}: {got}"] if set(got.values()) != {404} else []
    assert not wrong, "\n".join(wrong)


@pytest.mark.django_db
def test_pages_of_a_demonstration_exist_only_there(cast: Cast, settings: Any) -> None:
    settings.DEMO = False
    for page in DECLARED:
        if TABLE[page.name].scope is Scope.DEMO and not page.has_object:
            assert Client().get(page.path(cast.cohort, {})).status_code == 404, page.name


@pytest.mark.django_db
def test_somebody_whose_account_was_closed_is_nobody(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.organiser)
    cast.organiser.is_active = False
    cast.organiser.save()
    assert client.get("/account/").status_code == 302


@pytest.mark.django_db
def test_a_role_in_one_cohort_opens_nothing_in_another(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.stranger)
    desk = next(page for page in PAGES if page.name == "desk")
    assert client.get(desk.path(cast.rival_cohort, {})).status_code == 200
    assert client.get(desk.path(cast.cohort, {})).status_code == 404


def views() -> list[tuple[str, Callable[..., Any]]]:
    found: list[tuple[str, Callable[..., Any]]] = []

    def walk(patterns: list[Any]) -> None:
        for pattern in patterns:
            if hasattr(pattern, "url_patterns"):
                walk(pattern.url_patterns)
            else:
                found.append((str(pattern.pattern), pattern.callback))

    walk(get_resolver().url_patterns)
    return found


@pytest.mark.parametrize(("route", "view"), views())
def test_no_view_opens_unless_the_access_table_has_let_the_request_in(
    route: str, view: Callable[..., Any], rf: RequestFactory
) -> None:
    with pytest.raises(ImproperlyConfigured, match="access middleware is missing"):
        view(rf.get("/"))


@pytest.mark.django_db
def test_without_the_middleware_the_site_stays_shut(client: Client, settings: Any) -> None:
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if not name.endswith("AccessMiddleware")]
    with pytest.raises(ImproperlyConfigured, match="access middleware is missing"):
        client.get("/")


@pytest.mark.django_db
def test_a_page_that_the_table_forgot_stays_shut(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(TABLE, "home")
    with pytest.raises(ImproperlyConfigured, match="“home” is not in the access table"):
        client.get("/")


def test_the_guard_leaves_the_views_as_they_are() -> None:
    view = resolve("/accessibility/").func
    assert view.__name__ == "accessibility"
    assert isinstance(view.__wrapped__, type(lambda: None))
    assert HttpRequest  # the guard wraps functions and class-based views alike
