"""What commendations keep about a person: the note that they made public."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tremplin.commendations.models import Commendation
from tremplin.commendations.purposes import NOTE
from tremplin.core import archived
from tremplin.core.errors import Message
from tremplin.people.models import User
from tremplin.people.personal_data import Holding, Keeping, Trace, Traces, register
from tremplin.people.services import consents
from tremplin.programmes.scopes import within


def _notes(user: User) -> QuerySet[Commendation]:
    rows = Commendation.objects.filter(user=user).order_by("pk")
    return rows.select_related("cohort__programme__institution")


def _export(user: User) -> list[dict[str, Any]]:
    return [
        {
            "cohort": note.cohort.scope,
            "name": note.name,
            "says": note.figures,
            "address": note.ref,
            "made_at": note.created_at,
        }
        for note in _notes(user)
    ]


def _reasons(_user: User) -> Sequence[Message]:
    """A note goes with the account: nothing has to be asked first."""
    return ()


def _traces(user: User) -> dict[str, Trace]:
    return {"notes": Trace(_notes(user), "cohort")}


def _holdings(_user: User, _now: datetime, told: Traces) -> list[Holding]:
    return [
        Holding(row["scope"], _("A public note that this person came very near")) for row in told["notes"]
    ]


def _erase(user: User, scope: str, now: datetime) -> None:
    for note in _notes(user).filter(within(scope)):
        consents.refuse(user=user, purpose=NOTE, about=note.ref, now=now)
        note.delete()


register(
    Keeping(
        app="commendations",
        export=_export,
        reasons=_reasons,
        traces=_traces,
        holdings=_holdings,
        erase=_erase,
    )
)
archived.declare(Commendation, "name")
