"""What people can see of outcomes: their own surveys, and reports."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from tremplin.impact import rules
from tremplin.impact.models import ImpactReport, SurveyResponse
from tremplin.impact.purposes import FOLLOW_UP
from tremplin.people.models import Consent, User
from tremplin.people.services import consents
from tremplin.programmes.models import Cohort
from tremplin.programmes.schema.training import Survey
from tremplin.selection.queries import own_scholar


@dataclass(frozen=True, slots=True)
class SurveyLine:
    """One survey as one person sees it."""

    survey: Survey
    due: datetime
    phase: str
    response: SurveyResponse | None


def survey_lines(actor: User, cohort: Cohort, *, now: datetime) -> list[SurveyLine]:
    """The surveys of a cohort for one of its scholars, in order; none for anybody else."""
    plan = cohort.plan.impact
    if plan is None or own_scholar(actor, cohort) is None:
        return []
    responses = {row.survey: row for row in SurveyResponse.objects.filter(cohort=cohort, user=actor)}
    lines = []
    for survey in plan.surveys:
        response = responses.get(survey.code)
        due = rules.survey_due(survey, cohort.dates)
        sent = bool(response and response.sent_at)
        lines.append(SurveyLine(survey, due, rules.survey_phase(due, sent=sent, now=now), response))
    return lines


def any_open(cohort: Cohort, *, now: datetime) -> bool:
    """Whether any survey of this cohort can be answered now. No query."""
    surveys = cohort.plan.impact.surveys if cohort.plan.impact else []
    due = [rules.survey_due(survey, cohort.dates) for survey in surveys]
    return any(rules.survey_phase(at, sent=False, now=now) == "open" for at in due)


def consent_of(actor: User, cohort: Cohort) -> Consent | None:
    """The person's last word on being asked later; None as long as they have said nothing."""
    return consents.newest(actor, FOLLOW_UP.code, cohort.ref)


def published_reports(cohort: Cohort) -> QuerySet[ImpactReport]:
    """Reports that everybody may read, newest first."""
    return ImpactReport.objects.filter(cohort=cohort, published_at__isnull=False).order_by("-number")
