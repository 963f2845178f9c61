"""For whom, of those whose role would open it, a page stays shut: who stands apart from the selection."""

from typing import Any

from tremplin.core import clock
from tremplin.people.models import User
from tremplin.programmes import apart
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role
from tremplin.web.access import Access, Shut

_OVERSEE = frozenset({Role.ORGANISER, Role.OBSERVER})


def is_shut(cohort: Cohort, user: User, access: Access) -> bool:
    """Whether a page that oversees the selection is shut to `user`."""
    return access.shut is not Shut.NEVER and not _over(cohort, access) and bool(apart.cause(cohort, user))


def stands_apart(request: Any, access: Access) -> bool:
    """The same for a request that has its cohort and its person."""
    return access.shut is not Shut.NEVER and is_shut(request.cohort, request.user, access)


def _over(cohort: Cohort, access: Access) -> bool:
    starts = cohort.dates.get("training_starts")
    return access.shut is Shut.UNTIL_TRAINING and starts is not None and clock.now() >= starts


def roles_for(stage: str, cohort: Cohort, user: User, roles: frozenset[Role]) -> frozenset[Role]:
    """The roles in which `user` meets a stage on their desk: none that oversees what they stand apart from."""
    if stage not in apart.STAGES or roles.isdisjoint(_OVERSEE) or not apart.cause(cohort, user):
        return roles
    return roles - _OVERSEE
