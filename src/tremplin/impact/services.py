"""What people can do about outcomes: consent, answer, remind, and publish a report."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tremplin.core import versions
from tremplin.core.errors import Conflict, NotAllowed
from tremplin.impact import queries, rules
from tremplin.impact.figures import report_content
from tremplin.impact.models import ImpactReport, SurveyResponse
from tremplin.impact.purposes import FOLLOW_UP
from tremplin.impact.releasing import release_outcomes
from tremplin.people.models import Consent, User
from tremplin.people.services import consents
from tremplin.programmes import answers as answering
from tremplin.programmes import mail
from tremplin.programmes.http import cohort_url
from tremplin.programmes.log import log
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role, require
from tremplin.programmes.schema import ImpactPlan
from tremplin.programmes.schema.training import Survey
from tremplin.selection.models import Scholar, ScholarState


def plan_of(cohort: Cohort) -> ImpactPlan:
    """The impact part of the cohort's plan. Raises Conflict when the programme follows nobody up."""
    if cohort.plan.impact is None:
        raise Conflict(_("This programme asks no outcome surveys."))
    return cohort.plan.impact


def survey_of(cohort: Cohort, code: str) -> Survey:
    """The survey `code`. Raises Conflict when there is none."""
    for survey in plan_of(cohort).surveys:
        if survey.code == code:
            return survey
    raise Conflict(_("This programme has no such survey."))


@transaction.atomic
def set_consent(*, cohort: Cohort, actor: User, given: bool, now: datetime) -> Consent:
    """A scholar says whether they may be asked later. It can be taken back at any time, without a reason.

    Saying the same again changes nothing. Order: permission; the word; on a no, answers go; the event.
    Raises NotAllowed for anyone who was not a scholar of the cohort; who left may still take it back.
    """
    before = queries.consent_of(actor, cohort)
    if given or before is None:
        _scholar(cohort, actor)
    speak = consents.give if given else consents.refuse
    word = speak(user=actor, purpose=FOLLOW_UP, about=cohort.ref, now=now)
    if before is not None and word.pk == before.pk:
        return word
    if not given:
        SurveyResponse.objects.filter(cohort=cohort, user=actor).delete()
    log(cohort=cohort, actor=actor, verb="impact.consent", subject=word, now=now, given=given)
    return word


@transaction.atomic
def save_answers(
    *,
    cohort: Cohort,
    survey: str,
    answers: Mapping[str, str],
    expected_version: int,
    actor: User,
    now: datetime,
) -> SurveyResponse:
    """Keep a draft. Raises NotAllowed, Conflict (sent already), Stale."""
    _scholar(cohort, actor)
    survey_of(cohort, survey)
    response, _created = SurveyResponse.objects.select_for_update().get_or_create(
        cohort=cohort, user=actor, survey=survey, defaults={"created_at": now}
    )
    if response.sent_at is not None:
        raise Conflict(_("You have sent this survey already. Thank you!"))
    versions.check(response, expected_version)
    response.answers = answering.known(plan_of(cohort).questions, answers)
    response.version += 1
    response.save()
    return response


@transaction.atomic
def send_answers(
    *,
    cohort: Cohort,
    survey: str,
    answers: Mapping[str, str],
    expected_version: int,
    actor: User,
    now: datetime,
) -> SurveyResponse:
    """Send the answers; sending twice changes nothing. Who has not agreed to be asked agrees by it.

    Raises NotAllowed, Conflict, Stale, Invalid by question.
    """
    _scholar(cohort, actor)
    sent = SurveyResponse.objects.filter(
        cohort=cohort, user=actor, survey=survey, sent_at__isnull=False
    ).first()
    if sent is not None:
        return sent
    due = rules.survey_due(survey_of(cohort, survey), cohort.dates)
    if rules.survey_phase(due, sent=False, now=now) != "open":
        raise Conflict(_("This survey is not open."))
    answering.check(plan_of(cohort).questions, answers)
    response = save_answers(
        cohort=cohort, survey=survey, answers=answers, expected_version=expected_version, actor=actor, now=now
    )
    set_consent(cohort=cohort, actor=actor, given=True, now=now)
    response.sent_at = now
    response.save(update_fields=["sent_at"])
    log(cohort=cohort, actor=actor, verb="impact.answered", subject=response, now=now, survey=survey)
    return response


@transaction.atomic
def invite(*, cohort: Cohort, now: datetime) -> int:
    """The clock's round: at most three mails a survey, to scholars who consented and have not answered.

    Returns the number of mails put in the outbox; running it again changes nothing.
    """
    due = [
        (survey, at, number)
        for survey in plan_of(cohort).surveys
        if (number := rules.reminders_due(at := rules.survey_due(survey, cohort.dates), now=now))
    ]
    if not due:
        return 0
    posted = 0
    agreed = {user for user, _about in consents.standing(FOLLOW_UP, [cohort.ref])}
    answered = set(
        SurveyResponse.objects.filter(cohort=cohort, sent_at__isnull=False).values_list("user_id", "survey")
    )
    left = Scholar.objects.filter(cohort=cohort, state=ScholarState.LEFT).values("user")
    people = list(User.objects.filter(pk__in=agreed).exclude(pk__in=left).order_by("pk"))
    for survey, at, number in due:
        for person in people:
            if (person.pk, survey.code) in answered:
                continue
            mail.send(
                cohort=cohort,
                code="survey-due",
                to=person,
                values={
                    "link": cohort_url(cohort, "impact:survey", code=survey.code),
                    "title": survey.title,
                    "date": at + rules.CLOSES_AFTER,
                },
                now=now,
                key=f"survey:{survey.code}:{person.ref}:{number}",
            )
            posted += 1
    return posted


@transaction.atomic
def publish_report(*, cohort: Cohort, actor: User, now: datetime) -> ImpactReport:
    """Freeze today's figures as a public report. Raises NotAllowed.

    Order: permission, the ledger of outcomes, figures, report, event.
    """
    require(actor, cohort, Role.ORGANISER)
    release_outcomes(cohort=cohort, now=now, again=True)
    content = report_content(cohort, now=now)
    latest = ImpactReport.objects.select_for_update().filter(cohort=cohort).order_by("-number").first()
    report = ImpactReport.objects.create(
        cohort=cohort,
        number=latest.number + 1 if latest else 1,
        content=content,
        checksum=hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest(),
        published_at=now,
        published_by=actor.ref,
        created_at=now,
    )
    log(
        cohort=cohort,
        actor=actor,
        verb="impact.report-published",
        subject=report,
        now=now,
        number=report.number,
    )
    return report


def _scholar(cohort: Cohort, actor: User) -> Scholar:
    scholar = Scholar.objects.filter(cohort=cohort, user=actor).exclude(state=ScholarState.LEFT).first()
    if scholar is None:
        raise NotAllowed(_("This is for scholars of this cohort."))
    return scholar
