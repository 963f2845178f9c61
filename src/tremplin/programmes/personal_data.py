"""What programmes keep about a person: their roles, for the export; and why those keep an account."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from tremplin.core.errors import Message
from tremplin.core.text import say
from tremplin.people.models import User
from tremplin.people.personal_data import Holding, Keeping, Trace, Traces, register, register_titles
from tremplin.programmes.log import log
from tremplin.programmes.models import Membership
from tremplin.programmes.roles import Role
from tremplin.programmes.scopes import titles, within


def _export(user: User) -> list[dict[str, Any]]:
    held = user.memberships.select_related("cohort__programme__institution").order_by("pk")
    rows = [{"cohort": row.cohort.scope, "role": row.role, "since": row.created_at} for row in held]
    apart = user.recusals.select_related("cohort__programme__institution").order_by("pk")
    return rows + [
        {"cohort": row.cohort.scope, "stands_apart_since": row.created_at, "knows_an_applicant": row.tied}
        for row in apart
    ]


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


def _traces(user: User) -> dict[str, Trace]:
    """Roles, each with whether an organiser's is held by somebody else as well."""
    others = Membership.objects.filter(cohort=OuterRef("cohort"), role=Role.ORGANISER).exclude(user=user)
    rows = user.memberships.annotate(others=Exists(others))
    return {"roles": Trace(rows, "cohort", {"role": "role", "others": "others"})}


def _holdings(_user: User, _now: datetime, told: Traces) -> list[Holding]:
    """The roles in each cohort, on one line. The last organiser stays until there is another."""
    roles: dict[str, list[str]] = {}
    alone = set[str]()
    for row in told["roles"]:
        roles.setdefault(row["scope"], []).append(str(Role(row["role"]).label))
        if row["role"] == Role.ORGANISER and not row["others"]:
            alone.add(row["scope"])
    return [
        Holding(
            scope,
            _("Roles: %(roles)s") % {"roles": ", ".join(names)},
            first=_("This is the only organiser of the cohort: name another one.") if scope in alone else "",
        )
        for scope, names in roles.items()
    ]


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
    user.recusals.filter(within(scope)).delete()


register(
    Keeping(
        app="programmes", export=_export, reasons=_reasons, traces=_traces, holdings=_holdings, erase=_erase
    )
)
register_titles(titles)
