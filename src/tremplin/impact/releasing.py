"""What is told of the answers, through a ledger: a survey is counted when it has ended, all at once.

Whoever watched the numbers of an open survey, or held one report against the next, could tell what one person said.
So nothing is counted before the end, every count that is shown is written down first, and newer counts that differ
from an earlier one by fewer people than the smallest cell leave the earlier one standing, in reports too.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from tremplin.impact import rules
from tremplin.impact.figures import ASKED, ledger_kind
from tremplin.impact.models import OutcomeRelease, SurveyResponse
from tremplin.impact.purposes import FOLLOW_UP
from tremplin.methods.disclosure import LEAST
from tremplin.people.services import consents
from tremplin.programmes import releases
from tremplin.programmes.differencing import Sums
from tremplin.programmes.log import log
from tremplin.programmes.models import Cohort
from tremplin.programmes.retention import frozen
from tremplin.programmes.schema import ImpactPlan
from tremplin.programmes.schema.training import Survey

ANSWERED = "answered"


def least_of(cohort: Cohort, plan: ImpactPlan) -> int:
    """Nothing is told of fewer people: what the programme says, and never less than the law and the house do."""
    return max(LEAST, plan.smallest_cell, cohort.profile.smallest_cell)


@transaction.atomic
def release_outcomes(*, cohort: Cohort, now: datetime, again: bool = False, going: bool = False) -> None:
    """Count the surveys that have ended and write down what may be told, for the first time or `again`.

    `going`: the single answers go now, so that surveys which are still open are counted too. Order: the cohort,
    locked; the counts; new lines of the ledger; an audit event for each, with its digest and without a figure.
    """
    plan = cohort.plan.impact
    if plan is None or frozen(cohort, "impact"):
        return
    due = [(survey, rules.survey_due(survey, cohort.dates)) for survey in plan.surveys]
    over = [survey for survey, at in due if rules.has_ended(at, now=now) or (going and at <= now)]
    done = OutcomeRelease.objects.filter(cohort_ref=cohort.ref).values_list("kind", flat=True)
    if not over or (not again and {ledger_kind(survey.code) for survey in over} <= set(done)):
        return
    Cohort.objects.select_for_update().get(pk=cohort.pk)
    responses = SurveyResponse.objects.filter(cohort=cohort, sent_at__isnull=False).order_by("pk")
    given: dict[str, list[dict[str, Any]]] = {}
    for survey_code, answers in responses.values_list("survey", "answers"):
        given.setdefault(survey_code, []).append(answers)
    for survey in over:
        _count(cohort, plan, survey, given.get(survey.code, []), now)
    asked = len(consents.standing(FOLLOW_UP, [cohort.ref]))
    least = least_of(cohort, plan)
    _write(cohort, ASKED, {ASKED: asked}, {ASKED: rules.figure(asked, smallest_cell=least).shown}, least, now)


def _count(
    cohort: Cohort, plan: ImpactPlan, survey: Survey, given: list[dict[str, Any]], now: datetime
) -> None:
    """One survey as a whole: whoever answered one of its questions answered others, so its figures go together."""
    least = least_of(cohort, plan)
    exact = Counter({ANSWERED: len(given)})
    for question in rules.countable(plan.questions):
        exact.update(f"{question.code}={answer.get(question.code) or ''}" for answer in given)
    sums = [
        (ANSWERED, [f"{question.code}={answer}" for answer in rules.codes(question)])
        for question in rules.countable(plan.questions)
    ]
    figures = {
        "coverage": rules.figure(len(given), smallest_cell=least).shown,
        "questions": rules.outcomes(plan.questions, given, smallest_cell=least),
    }
    _write(cohort, ledger_kind(survey.code), exact, figures, least, now, sums)


def _write(
    cohort: Cohort,
    kind: str,
    exact: dict[str, int],
    figures: dict[str, Any],
    least: int,
    now: datetime,
    sums: Sums = (),
) -> None:
    line = releases.release(
        OutcomeRelease,
        cohort=cohort,
        kind=kind,
        exact=exact,
        figures=lambda: figures,
        shown=_names,
        least=least,
        now=now,
        sums=sums,
    )
    if line.fresh:
        log(
            cohort=cohort,
            actor=None,
            verb="impact.outcomes-counted",
            subject=line.row,
            now=now,
            digest=line.row.digest,
        )


def _names(figures: Mapping[str, Any]) -> list[str]:
    """The counts that are not hidden."""
    if figures.get(ASKED) is not None:
        return [ASKED]
    answers = [
        f"{question['question']}={answer}"
        for question in figures.get("questions", ())
        for answer, count in (question["answers"] or {}).items()
        if count is not None
    ]
    return [*answers, *([ANSWERED] if figures.get("coverage") is not None else [])]
