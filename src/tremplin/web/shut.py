"""For whom, of those whose role would open it, a page stays shut: who stands apart from the selection."""

from typing import Any

from tremplin.people.models import User
from tremplin.programmes import apart
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role
from tremplin.web.access import Access, Shut


def is_shut(cohort: Cohort, user: User, access: Access) -> bool:
    """Whether a page that oversees the selection is shut to `user`."""
    if access.shut is Shut.UNTIL_TRAINING:
        return access.roles.isdisjoint(apart.roles_afterwards(user, cohort))
    return access.shut is Shut.FOR_GOOD and bool(apart.cause(cohort, user))


def stands_apart(request: Any, access: Access) -> bool:
    """The same for a request that has its cohort and its person."""
    return access.shut is not Shut.NEVER and is_shut(request.cohort, request.user, access)


def roles_for(stage: str, cohort: Cohort, user: User, roles: frozenset[Role]) -> frozenset[Role]:
    """The roles in which `user` meets a stage on their desk: none that oversees what they stand apart from."""
    if stage in apart.AFTERWARDS:
        return roles & apart.roles_afterwards(user, cohort)
    if stage not in apart.STAGES or roles.isdisjoint(apart.OVERSEE) or not apart.cause(cohort, user):
        return roles
    return roles - apart.OVERSEE
