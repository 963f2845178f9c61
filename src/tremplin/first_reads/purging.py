"""When what was said about first reads goes by itself: with what else readers wrote. Scores stay."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tremplin.first_reads.models import Agreed, FirstRead, Remark
from tremplin.programmes.models import Cohort
from tremplin.programmes.retention import DataClass, register


def _comments(cohort: Cohort) -> QuerySet[FirstRead]:
    return FirstRead.objects.filter(piece__first_reads__cohort=cohort).exclude(comment="")


def _remarks(cohort: Cohort) -> QuerySet[Remark]:
    return Remark.objects.filter(piece__first_reads__cohort=cohort).exclude(text="")


def _agreed(cohort: Cohort) -> QuerySet[Agreed]:
    return Agreed.objects.filter(piece__first_reads__cohort=cohort).exclude(words="")


def _purge(cohort: Cohort, _now: datetime, limit: int) -> int:
    done = 0
    for rows, field in (
        (_comments(cohort), "comment"),
        (_remarks(cohort), "text"),
        (_agreed(cohort), "words"),
    ):
        keys = list(rows.order_by("pk").values_list("pk", flat=True)[: limit - done])
        done += rows.filter(pk__in=keys).update(**{field: ""})
    return done


TEXTS = register(
    DataClass(
        code="first_reads.texts",
        what=_("What was said about the texts that all reviewers read first"),
        rule=_(
            "It explains how reviewers were prepared, and goes with the last day on which a decision may have to be "
            "explained: %(days)s days after it."
        ),
        kept=_("Every score, so that it can still be shown how far readers agreed."),
        rows=lambda cohort: [_comments(cohort), _remarks(cohort), _agreed(cohort)],
        purge=_purge,
        limit="explain_days",
    )
)
