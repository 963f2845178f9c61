"""What programmes keep about a person: their roles, for the export; and why those keep an account."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from tremplin.core.errors import Message
from tremplin.core.text import say
from tremplin.people.models import User
from tremplin.people.personal_data import Keeping, register


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


register(Keeping(app="programmes", export=_export, reasons=_reasons))
