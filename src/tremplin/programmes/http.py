"""What a page of a cohort knows: the cohort, the person, their roles; and the addresses of pages."""

from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest
from django.urls import get_script_prefix, reverse

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
    words = tuple((key, str(value)) for key, value in {**cohort_path(cohort), **kwargs}.items())
    return _address(settings.ROOT_URLCONF, get_script_prefix(), name, words)


@lru_cache(4096)
def _address(_urls: str, _prefix: str, name: str, words: tuple[tuple[str, str], ...]) -> str:
    """A page names a dozen addresses, most of which the page before has named. Raises NoReverseMatch."""
    return reverse(name, kwargs=dict(words))
