"""What programmes keep about a person: their roles, for the export; and why those keep an account."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from tremplin.core.errors import Message
from tremplin.core.text import say
from tremplin.people.models import User
from tremplin.people.personal_data import Holding, Keeping, register, register_titles
from tremplin.programmes.log import log
from tremplin.programmes.models import Membership
from tremplin.programmes.roles import Role
from tremplin.programmes.scopes import titles, within


def _export(user: User) -> list[dict[str, Any]]:
    held = user.memberships.select_related("cohort__programme__institution").order_by("pk")
    return [{"cohort": row.cohort.scope, "role": row.role, "since": row.created_at} for row in held]


def _reasons(user: User) -> Sequence[Message]:
    held = user.memberships.select_related("cohort__programme__institution", "cohort__version").order_by("pk")
    return [
        _("You are %(role)s in %(programme)s (%(institution)s).")
        % {
            "role": row.get_role_display(),
            "programme": f"{say(row.cohort.plan.programme.name)} · {row.cohort.title or row.cohort.slug}",
            "institution": row.cohort.institution.name,
        }
        for row in held
    ]


def _holdings(user: User, _now: datetime) -> list[Holding]:
    """The roles in each cohort, on one line. The last organiser stays until there is another."""
    roles: dict[str, list[Membership]] = {}
    for row in user.memberships.select_related("cohort__programme__institution").order_by("pk"):
        roles.setdefault(row.cohort.scope, []).append(row)
    return [
        Holding(
            scope,
            _("Roles: %(roles)s") % {"roles": ", ".join(str(row.get_role_display()) for row in rows)},
            first=_("This is the only organiser of the cohort: name another one.") if _alone(rows) else "",
        )
        for scope, rows in roles.items()
    ]


def _alone(rows: Sequence[Membership]) -> bool:
    held = next((row for row in rows if row.role == Role.ORGANISER), None)
    if held is None:
        return False
    others = Membership.objects.filter(cohort=held.cohort_id, role=Role.ORGANISER).exclude(pk=held.pk)
    return not others.exists()


def _erase(user: User, scope: str, now: datetime) -> None:
    for row in user.memberships.filter(within(scope)).select_related("cohort__programme__institution"):
        log(
            cohort=row.cohort,
            actor=None,
            verb="programmes.role-revoked",
            subject=user,
            now=now,
            role=str(row.role),
        )
        row.delete()


register(Keeping(app="programmes", export=_export, reasons=_reasons, holdings=_holdings, erase=_erase))
register_titles(titles)
