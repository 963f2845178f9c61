"""What scholars do in training: plan, re-plan, write their week, hand in labs."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from tremplin.core import once, versions
from tremplin.core.errors import Conflict, Invalid
from tremplin.people.models import User
from tremplin.people.services import consents
from tremplin.programmes.log import log
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role, require
from tremplin.programmes.schema import TrainingPlan
from tremplin.selection.models import Scholar
from tremplin.selection.services.scholars import require_taking_part
from tremplin.training import grading, queries, rules
from tremplin.training.models import (
    OPEN,
    Audience,
    JournalEntry,
    LabSubmission,
    SubmissionState,
    Syllabus,
    SyllabusVersion,
)
from tremplin.training.purposes import PUBLIC_JOURNAL
from tremplin.training.tasks import grade_submission

MAX_CODE = 200_000
MAX_QUEUED = 3


def plan_of(cohort: Cohort) -> TrainingPlan:
    """The training part of the cohort's plan. Raises Conflict when the programme has no training."""
    if cohort.plan.training is None:
        raise Conflict(_("This programme has no training."))
    return cohort.plan.training


@transaction.atomic
def save_syllabus(
    *,
    scholar: Scholar,
    weeks: Sequence[Mapping[str, Any]],
    reason: str = "",
    expected_version: int,
    actor: User,
    now: datetime,
) -> Syllabus:
    """Keep the plan as it is now, and the plan before as a version with the reason for the change.

    Order: permission, version check, plan, version row, event. Raises NotAllowed, Stale, Invalid.
    """
    require_taking_part(scholar, actor)
    training = plan_of(scholar.cohort)
    _check_labs(scholar.cohort, weeks)
    syllabus, _created = Syllabus.objects.select_for_update().get_or_create(
        scholar=scholar, defaults={"created_at": now, "saved_at": now}
    )
    versions.check(syllabus, expected_version)
    tidy = rules.tidy_weeks(weeks, count=training.weeks + scholar.extension_weeks)
    if tidy == syllabus.weeks:
        return syllabus
    syllabus.weeks, syllabus.version, syllabus.saved_at = tidy, syllabus.version + 1, now
    syllabus.save()
    SyllabusVersion.objects.create(
        syllabus=syllabus, number=syllabus.version, weeks=tidy, reason=reason.strip()[:500], at=now
    )
    log(
        cohort=scholar.cohort,
        actor=actor,
        verb="training.planned",
        subject=syllabus,
        now=now,
        version=syllabus.version,
    )
    return syllabus


def _check_labs(cohort: Cohort, weeks: Sequence[Mapping[str, Any]]) -> None:
    offered = set(plan_of(cohort).labs)
    for week in weeks:
        unknown = set(week.get("labs", [])) - offered
        if unknown:
            raise Invalid(
                {"labs": [_("This programme does not offer the lab %(lab)s.") % {"lab": sorted(unknown)[0]}]}
            )


@transaction.atomic
def save_entry(
    *,
    scholar: Scholar,
    week: int,
    title: str,
    body: str,
    language: str,
    expected_version: int,
    actor: User,
    now: datetime,
) -> JournalEntry:
    """Keep a journal entry as it stands; a draft may be empty. Raises NotAllowed, Invalid, Stale."""
    require_taking_part(scholar, actor)
    last = plan_of(scholar.cohort).weeks + scholar.extension_weeks
    if not 1 <= week <= last:
        raise Invalid({"week": [_("Training has the weeks 1 to %(last)s.") % {"last": last}]})
    entry, _created = JournalEntry.objects.select_for_update().get_or_create(
        scholar=scholar, week=week, defaults={"created_at": now, "saved_at": now}
    )
    versions.check(entry, expected_version)
    entry.title, entry.body, entry.language = title.strip()[:200], body[:60_000], language
    entry.version, entry.saved_at = entry.version + 1, now
    entry.save()
    return entry


@transaction.atomic
def share_entry(*, entry: JournalEntry, audience: Audience, actor: User, now: datetime) -> JournalEntry:
    """Show an entry to the cohort or to everybody, or take it back to a draft. One without a title is called by
    its week.

    The first one for everybody is the consent to it; with the last one taken back, so is the consent.
    Raises NotAllowed, Invalid.
    """
    require_taking_part(entry.scholar, actor)
    row = JournalEntry.objects.select_for_update().get(pk=entry.pk)
    if audience != Audience.DRAFT:
        if not row.body.strip():
            raise Invalid({"body": [_("Write something first.")]})
        row.title = row.title.strip() or _week_title(row)
        row.published_at = row.published_at or now
    row.audience = audience
    row.save(update_fields=["audience", "title", "published_at"])
    _speak_of_publicity(entry.scholar, actor, now=now)
    log(
        cohort=entry.scholar.cohort,
        actor=actor,
        verb="training.journal-shared",
        subject=row,
        now=now,
        week=row.week,
        audience=str(audience),
    )
    return row


def _week_title(entry: JournalEntry) -> str:
    with translation.override(entry.language):
        return _("Week %(number)s") % {"number": entry.week}


def _speak_of_publicity(scholar: Scholar, actor: User, *, now: datetime) -> None:
    """Keep the consent to public posts in step with whether there are any."""
    public = JournalEntry.objects.filter(scholar=scholar, audience=Audience.PUBLIC).exists()
    about = scholar.cohort.ref
    if public:
        consents.give(user=actor, purpose=PUBLIC_JOURNAL, about=about, now=now)
    elif consents.holds(actor, PUBLIC_JOURNAL, about):
        consents.refuse(user=actor, purpose=PUBLIC_JOURNAL, about=about, now=now)


@transaction.atomic
def hide_journal(*, cohort: Cohort, actor: User, now: datetime) -> int:
    """Show all public posts of `actor` to the cohort alone again, also for who left; how many those were.

    Order: the posts, the consent, the event. Again, it changes nothing.
    """
    public = JournalEntry.objects.filter(
        scholar__user=actor, scholar__cohort=cohort, audience=Audience.PUBLIC
    )
    hidden = public.update(audience=Audience.COHORT)
    if consents.holds(actor, PUBLIC_JOURNAL, cohort.ref):
        word = consents.refuse(user=actor, purpose=PUBLIC_JOURNAL, about=cohort.ref, now=now)
        log(cohort=cohort, actor=actor, verb="training.journal-hidden", subject=word, now=now, count=hidden)
    return hidden


@transaction.atomic
def submit_lab(
    *,
    scholar: Scholar,
    lab: str,
    code: str,
    actor: User,
    now: datetime,
    key: str = "",
    seed: int | None = None,
) -> LabSubmission:
    """Take a scholar's code and put its grading in the queue; nothing of it runs here.

    Order: permission, limits, the submission, its event, the job. The same `key` twice gives the first
    submission. `seed` draws the hidden inputs; left out, it is fresh. Raises NotAllowed, Invalid, Conflict.
    """
    require_taking_part(scholar, actor)
    if lab not in plan_of(scholar.cohort).labs:
        raise Conflict(_("This programme does not offer that lab."))
    _check_code(code)
    Scholar.objects.select_for_update().get(pk=scholar.pk)  # one after the other, so that the limit holds
    if not once.first(f"lab:{scholar.ref}:{key}" if key else "", now=now):
        latest = LabSubmission.objects.filter(scholar=scholar, lab=lab).first()
        if latest is not None:
            return latest
    grading.mend(scholar=scholar, now=now)
    waiting = LabSubmission.objects.filter(scholar=scholar, state__in=OPEN).count()
    if waiting >= MAX_QUEUED:
        raise Conflict(
            _("%(count)s of your submissions are still being graded.") % {"count": waiting},
            _("Wait for a result, then hand in again. Your code is shown below for copying."),
        )
    submission = LabSubmission.objects.create(
        scholar=scholar,
        lab=lab,
        code=code,
        seed=seed if seed is not None else secrets.randbits(62),
        created_at=now,
    )
    log(
        cohort=scholar.cohort,
        actor=actor,
        verb="training.lab-submitted",
        subject=submission,
        now=now,
        lab=lab,
    )
    _enqueue(submission)
    return submission


def _enqueue(submission: LabSubmission) -> None:
    """A job for `submission`, which knows it by its reference from now on."""
    submission.job = grade_submission.enqueue(submission.pk).id
    submission.save(update_fields=["job"])


@transaction.atomic
def grade_again(*, submission: LabSubmission, actor: User, now: datetime) -> bool:
    """Have a submission that could not be graded graded again, with the same seed.

    False, and nothing happens, when it waits or is graded by now: somebody else was quicker.
    Order: permission, the submission, its job, the audit event. Raises NotAllowed.
    """
    cohort = submission.scholar.cohort
    require(actor, cohort, Role.ORGANISER)
    row = LabSubmission.objects.select_for_update().get(pk=submission.pk)
    if row.state != SubmissionState.FAILED:
        return False
    row.state, row.fault, row.note, row.graded_at = SubmissionState.QUEUED, "", "", None
    row.save(update_fields=["state", "fault", "note", "graded_at"])
    _enqueue(row)
    log(cohort=cohort, actor=actor, verb="training.grading-repeated", subject=row, now=now)
    return True


@transaction.atomic
def grade_all_again(*, cohort: Cohort, actor: User, now: datetime) -> int:
    """Have everything of a cohort that could not be graded graded again; how many that were. Raises NotAllowed."""
    require(actor, cohort, Role.ORGANISER)
    count = 0
    for row in queries.failed_gradings(actor, cohort):
        row.scholar.cohort = cohort
        count += grade_again(submission=row, actor=actor, now=now)
    return count


def _check_code(code: str) -> None:
    if not code.strip():
        raise Invalid({"code": [_("Choose a file or paste your code.")]})
    if len(code) > MAX_CODE:
        raise Invalid({"code": [_("The code is too long: 200,000 characters at most.")]})
