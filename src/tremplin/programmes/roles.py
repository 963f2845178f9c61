"""Who a person is in a cohort, and what that lets them ask for."""

from typing import TYPE_CHECKING

from django.apps import apps
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from tremplin.core.errors import NotAllowed
from tremplin.core.prepared import Prepared
from tremplin.core.recall import recall
from tremplin.programmes.schema.base import LANGUAGES

if TYPE_CHECKING:
    from tremplin.people.models import User
    from tremplin.programmes.models import Cohort, Membership


class Role(models.TextChoices):
    """A role in one cohort; a person may hold several."""

    ORGANISER = "organiser", gettext_lazy("organiser")
    REVIEWER = "reviewer", gettext_lazy("reviewer")
    MENTOR = "mentor", gettext_lazy("mentor")
    SCHOLAR = "scholar", gettext_lazy("scholar")
    APPLICANT = "applicant", gettext_lazy("applicant")
    FINANCE = "finance", gettext_lazy("finance")
    OBSERVER = "observer", gettext_lazy("observer")
    OFFICER = "officer", gettext_lazy("accommodation officer")


STAFF = frozenset({Role.ORGANISER, Role.FINANCE, Role.OBSERVER})
GIVEN_BY_HAND = (Role.ORGANISER, Role.REVIEWER, Role.MENTOR, Role.FINANCE, Role.OBSERVER, Role.OFFICER)
"""Roles that organisers give; people become applicants by applying and scholars by accepting a place."""
KEPT_APART = frozenset({Role.REVIEWER, Role.OFFICER})
"""Nobody holds both: whoever knows what an applicant asked in confidence does not judge applications."""


def role_names(role: Role) -> dict[str, str]:
    """The name of `role` in every language, for mails."""
    names = {}
    for language in LANGUAGES:
        with override(language):
            names[language] = str(role.label)
    return names


def roles_of(user: "User | None", cohort: "Cohort") -> frozenset[Role]:
    """The roles that `user` holds in `cohort`; none for somebody unknown or no longer active."""
    if user is None or not user.is_authenticated or not user.is_active:
        return frozenset()
    return recall(("roles", user.pk, cohort.pk), lambda: _held(user, cohort))


def _held(user: "User", cohort: "Cohort") -> frozenset[Role]:
    return frozenset(Role(row.role) for row in _HELD(user.pk, cohort.pk))


_HELD: "Prepared[Membership]" = Prepared(
    lambda user, cohort: apps.get_model("programmes", "Membership").objects.filter(user=user, cohort=cohort),
    int,
    int,
)


def require(actor: "User | None", cohort: "Cohort", *roles: Role) -> None:
    """Raises NotAllowed, with the reason, unless `actor` holds one of `roles` in `cohort`."""
    if roles_of(actor, cohort).isdisjoint(roles):
        names = ", ".join(str(role.label) for role in roles)
        raise NotAllowed(_("This is for people with the role %(roles)s in this cohort.") % {"roles": names})
