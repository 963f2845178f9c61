"""What a page of a cohort knows: the cohort, the person, their roles; and the addresses of pages."""

from django.http import HttpRequest
from django.urls import reverse

from tremplin.people.models import User
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role


class CohortRequest(HttpRequest):
    """A request below `/<institution>/<programme>/<cohort>/`, as the access middleware hands it on.

    `user` is the person who is signed in; on public pages it may be an AnonymousUser, so ask
    `person(request)` there.
    """

    cohort: Cohort
    roles: frozenset[Role]
    user: User


def person(request: HttpRequest) -> User | None:
    """The person who is signed in, None for a passer-by."""
    return request.user if isinstance(request.user, User) else None


def cohort_path(cohort: Cohort) -> dict[str, str]:
    """The three words that lead to a cohort's pages."""
    return {
        "institution": cohort.programme.institution.slug,
        "programme": cohort.programme.slug,
        "cohort": cohort.slug,
    }


def cohort_url(cohort: Cohort, name: str, **kwargs: object) -> str:
    """The address of the page `name` (“stage:page”) of `cohort`."""
    return reverse(name, kwargs={**cohort_path(cohort), **kwargs})
