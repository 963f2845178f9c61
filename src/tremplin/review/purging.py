"""When what readers wrote goes by itself: as soon as no decision has to be explained any more. Scores stay."""

from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from tremplin.programmes.models import Cohort
from tremplin.programmes.retention import DataClass, register
from tremplin.review.models import Ask, DeclaredConflict, Review, TieSetAside


def _reviews(cohort: Cohort) -> QuerySet[Review]:
    return Review.objects.filter(assignment__cohort=cohort).filter(~Q(comment="") | ~Q(private_note=""))


def _conflicts(cohort: Cohort) -> QuerySet[DeclaredConflict]:
    return DeclaredConflict.objects.filter(cohort=cohort).exclude(reason="")


def _aside(cohort: Cohort) -> QuerySet[TieSetAside]:
    return TieSetAside.objects.filter(cohort=cohort).exclude(reason="")


def _asks(cohort: Cohort) -> QuerySet[Ask]:
    return Ask.objects.filter(assignment__cohort=cohort).filter(~Q(words="") | ~Q(answer=""))


def _purge(cohort: Cohort, _now: datetime, limit: int) -> int:
    reviews = list(_reviews(cohort).order_by("pk").values_list("pk", flat=True)[:limit])
    Review.objects.filter(pk__in=reviews).update(comment="", private_note="")
    conflicts = list(_conflicts(cohort).order_by("pk").values_list("pk", flat=True)[: limit - len(reviews)])
    DeclaredConflict.objects.filter(pk__in=conflicts).update(reason="")
    left = limit - len(reviews) - len(conflicts)
    asks = list(_asks(cohort).order_by("pk").values_list("pk", flat=True)[:left])
    Ask.objects.filter(pk__in=asks).update(words="", answer="")
    left -= len(asks)
    aside = list(_aside(cohort).order_by("pk").values_list("pk", flat=True)[:left])
    TieSetAside.objects.filter(pk__in=aside).update(reason="")
    return len(reviews) + len(conflicts) + len(asks) + len(aside)


TEXTS = register(
    DataClass(
        code="review.texts",
        what=_(
            "What readers wrote: comments, notes for the organisers, reasons of conflicts of interest, "
            "what they asked organisers to look at, and the answers; why a conflict was set aside"
        ),
        rule=_(
            "They explain a decision, and go with the last day on which it may have to be explained: "
            "%(days)s days after it."
        ),
        kept=_("Every score, who read what and when, so that the decision can still be worked out again."),
        rows=lambda cohort: [_reviews(cohort), _conflicts(cohort), _asks(cohort), _aside(cohort)],
        purge=_purge,
        limit="explain_days",
    )
)
