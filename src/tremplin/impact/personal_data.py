"""What impact keeps about a person: what they answered later on."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tremplin.core import archived
from tremplin.core.errors import Message
from tremplin.core.text import say
from tremplin.impact.models import SurveyResponse
from tremplin.impact.purposes import FOLLOW_UP
from tremplin.people.models import User
from tremplin.people.personal_data import Holding, Keeping, Trace, Traces, register
from tremplin.people.services import consents
from tremplin.programmes.models import Cohort
from tremplin.programmes.scopes import within


def _responses(user: User) -> QuerySet[SurveyResponse]:
    rows = SurveyResponse.objects.filter(user=user).order_by("pk")
    return rows.select_related("cohort__programme__institution", "cohort__version")


def _export(user: User) -> list[dict[str, Any]]:
    return [
        {"cohort": row.cohort.scope, "survey": row.survey, "answers": row.answers, "sent_at": row.sent_at}
        for row in _responses(user)
    ]


def _reasons(user: User) -> Sequence[Message]:
    cohorts = {row.cohort_id: row.cohort for row in _responses(user)}
    return [
        _("You answered surveys of %(programme)s.") % {"programme": say(cohort.plan.programme.name)}
        for cohort in cohorts.values()
    ]


def _traces(user: User) -> dict[str, Trace]:
    return {"answers": Trace(_responses(user), "cohort")}


def _holdings(_user: User, _now: datetime, told: Traces) -> list[Holding]:
    counts = Counter(row["scope"] for row in told["answers"])
    return [
        Holding(
            scope,
            ngettext("%(count)s answered survey", "%(count)s answered surveys", count) % {"count": count},
        )
        for scope, count in counts.items()
    ]


def _erase(user: User, scope: str, now: datetime) -> None:
    SurveyResponse.objects.filter(within(scope), user=user).delete()
    for cohort in Cohort.objects.filter(within(scope, "")):
        if consents.holds(user, FOLLOW_UP, cohort.ref):
            consents.refuse(user=user, purpose=FOLLOW_UP, about=cohort.ref, now=now)


register(
    Keeping(app="impact", export=_export, reasons=_reasons, traces=_traces, holdings=_holdings, erase=_erase)
)
archived.declare(SurveyResponse, "answers")
