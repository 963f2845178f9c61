"""When check-ins go by themselves: the words, with the longest day that the profile knows. That they came stays."""

from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from tremplin.mentoring.models import CheckInAnswer, Concern
from tremplin.programmes.models import Cohort
from tremplin.programmes.retention import DataClass, register


def _answers(cohort: Cohort) -> QuerySet[CheckInAnswer]:
    return CheckInAnswer.objects.filter(pairing__scholar__cohort=cohort).exclude(answers={})


def _concerns(cohort: Cohort) -> QuerySet[Concern]:
    return Concern.objects.filter(pairing__scholar__cohort=cohort).filter(~Q(detail={}) | ~Q(closing_note=""))


def _purge(cohort: Cohort, _now: datetime, limit: int) -> int:
    answers = list(_answers(cohort).order_by("pk").values_list("pk", flat=True)[:limit])
    CheckInAnswer.objects.filter(pk__in=answers).update(answers={})
    concerns = list(_concerns(cohort).order_by("pk").values_list("pk", flat=True)[: limit - len(answers)])
    Concern.objects.filter(pk__in=concerns).update(detail={}, closing_note="")
    return len(answers) + len(concerns)


CHECK_INS = register(
    DataClass(
        code="mentoring.check-ins",
        what=_("What scholars and mentors wrote in check-ins, and notes on raised hands"),
        rule=_(
            "Nothing about one scholar’s way is kept longer than outcomes are: %(days)s days after the decisions."
        ),
        kept=_("Who was paired with whom, and on which days check-ins came: payments rested on them."),
        rows=lambda cohort: [_answers(cohort), _concerns(cohort)],
        purge=_purge,
        limit="outcome_days",
    )
)
