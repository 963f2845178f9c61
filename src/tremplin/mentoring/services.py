"""What people can do in mentoring: say what they offer and wish, pair, check in, lower a raised hand."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tremplin.core import versions
from tremplin.core.errors import Conflict, Invalid, NotAllowed
from tremplin.mentoring import rules
from tremplin.mentoring.models import CheckInAnswer, Concern, MatchWish, MentorProfile, Pairing, Side
from tremplin.people.models import User
from tremplin.programmes import answers as answering
from tremplin.programmes import mail
from tremplin.programmes.http import cohort_url
from tremplin.programmes.log import log
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role, require
from tremplin.programmes.schema import MentoringPlan
from tremplin.selection.models import Scholar, ScholarState


def plan_of(cohort: Cohort) -> MentoringPlan:
    """The mentoring part of the cohort's plan. Raises Conflict when the programme has no mentoring."""
    if cohort.plan.mentoring is None:
        raise Conflict(_("This programme has no mentoring."))
    return cohort.plan.mentoring


@transaction.atomic
def save_profile(
    *,
    cohort: Cohort,
    actor: User,
    capacity: int,
    topics: Sequence[str],
    languages: Sequence[str],
    about: str,
    expected_version: int,
    now: datetime,
) -> MentorProfile:
    """What a mentor offers. Order: permission, limits, the profile, the audit event.

    Raises NotAllowed, Invalid, Stale.
    """
    require(actor, cohort, Role.MENTOR)
    _check_topics(cohort, topics)
    if not 0 <= capacity <= plan_of(cohort).scholars_a_mentor:
        limit = plan_of(cohort).scholars_a_mentor
        raise Invalid({"capacity": [_("Choose between 0 and %(limit)s scholars.") % {"limit": limit}]})
    profile, _created = MentorProfile.objects.select_for_update().get_or_create(
        cohort=cohort, user=actor, defaults={"created_at": now, "capacity": capacity}
    )
    versions.check(profile, expected_version)
    profile.capacity, profile.topics, profile.languages = capacity, list(topics), list(languages)
    profile.about = about[:2000]
    profile.version += 1
    profile.save()
    log(cohort=cohort, actor=actor, verb="mentoring.profile-saved", subject=profile, now=now)
    return profile


@transaction.atomic
def save_wish(
    *,
    scholar: Scholar,
    actor: User,
    topics: Sequence[str],
    languages: Sequence[str],
    note: str,
    expected_version: int,
    now: datetime,
) -> MatchWish:
    """What a scholar wishes of a mentor. Raises NotAllowed, Invalid, Stale."""
    if scholar.user_id != actor.pk:
        raise NotAllowed(_("Only the scholar can say what they wish for."))
    _check_topics(scholar.cohort, topics)
    wish, _created = MatchWish.objects.select_for_update().get_or_create(
        scholar=scholar, defaults={"created_at": now}
    )
    versions.check(wish, expected_version)
    wish.topics, wish.languages, wish.note = list(topics), list(languages), note[:2000]
    wish.version += 1
    wish.save()
    log(cohort=scholar.cohort, actor=actor, verb="mentoring.wish-saved", subject=wish, now=now)
    return wish


def _check_topics(cohort: Cohort, topics: Sequence[str]) -> None:
    known = {topic.code for topic in plan_of(cohort).topics}
    if set(topics) - known:
        raise Invalid({"topics": [_("Choose topics from the list.")]})


@transaction.atomic
def pair(
    *,
    scholar: Scholar,
    mentor: MentorProfile,
    actor: User,
    now: datetime,
    explanation: Mapping[str, Any] | None = None,
) -> Pairing:
    """Give a scholar a mentor. Order: permission, capacity, the pairing, its event, a mail to both.

    Raises NotAllowed; Conflict when the scholar has a mentor, the mentor is full or either left.
    """
    cohort = scholar.cohort
    require(actor, cohort, Role.ORGANISER)
    locked = MentorProfile.objects.select_for_update().get(pk=mentor.pk, cohort=cohort)
    if scholar.state not in {ScholarState.ENROLLED, ScholarState.PAUSED}:
        raise Conflict(_("This scholar is not taking part any more."))
    if Pairing.objects.filter(scholar=scholar, ended_at__isnull=True).exists():
        raise Conflict(_("This scholar has a mentor already."), _("End that pairing first."))
    if Pairing.objects.filter(mentor=locked, ended_at__isnull=True).count() >= locked.capacity:
        raise Conflict(_("This mentor has no place left."), _("Choose another mentor."))
    pairing = Pairing.objects.create(
        scholar=scholar, mentor=locked, explanation=dict(explanation or {}), created_at=now
    )
    log(cohort=cohort, actor=actor, verb="mentoring.paired", subject=pairing, now=now, scholar=scholar.ref)
    _tell_both(pairing, now=now)
    return pairing


def _tell_both(pairing: Pairing, *, now: datetime) -> None:
    cohort, scholar, mentor = pairing.scholar.cohort, pairing.scholar.user, pairing.mentor.user
    link = cohort_url(cohort, "mentoring:pairing", ref=pairing.ref)
    key = f"pairing:{pairing.ref}"
    values = {"link": link}
    mail.send(
        cohort=cohort,
        code="pairing-scholar",
        to=scholar,
        values=values,
        now=now,
        key=key,
    )
    mail.send(
        cohort=cohort,
        code="pairing-mentor",
        to=mentor,
        values=values,
        now=now,
        key=f"{key}:mentor",
    )


@transaction.atomic
def end_pairing(*, pairing: Pairing, actor: User, reason: str, now: datetime) -> Pairing:
    """Part a scholar and a mentor; what they answered stays. Raises NotAllowed, Invalid, Conflict."""
    cohort = pairing.scholar.cohort
    require(actor, cohort, Role.ORGANISER)
    if not reason.strip():
        raise Invalid({"reason": [_("Say why the pairing ends. Organisers alone read it.")]})
    row = Pairing.objects.select_for_update().get(pk=pairing.pk)
    if row.ended_at is not None:
        raise Conflict(_("This pairing has ended already."))
    row.ended_at, row.end_reason = now, reason.strip()
    row.save(update_fields=["ended_at", "end_reason"])
    Concern.objects.filter(pairing=row, closed_at__isnull=True).update(
        closed_at=now, closing_note=reason.strip()
    )
    log(cohort=cohort, actor=actor, verb="mentoring.pairing-ended", subject=row, now=now)
    return row


def side_of(pairing: Pairing, actor: User) -> Side:
    """Which side of the pairing this person is. Raises NotAllowed for anyone else."""
    if pairing.scholar.user_id == actor.pk:
        return Side.SCHOLAR
    if pairing.mentor.user_id == actor.pk:
        return Side.MENTOR
    raise NotAllowed(_("Only the scholar and the mentor of a pairing answer its check-ins."))


@transaction.atomic
def save_answers(
    *,
    pairing: Pairing,
    code: str,
    answers: Mapping[str, str],
    expected_version: int,
    actor: User,
    now: datetime,
) -> CheckInAnswer:
    """Keep a draft, whatever state it is in. Raises NotAllowed, Conflict (sent already), Stale."""
    side = side_of(pairing, actor)
    _checkin(pairing.scholar.cohort, code)
    row, _created = CheckInAnswer.objects.select_for_update().get_or_create(
        pairing=pairing, code=code, side=side, defaults={"created_at": now}
    )
    if row.sent_at is not None:
        raise Conflict(_("This check-in has been sent and can no longer be changed."))
    versions.check(row, expected_version)
    row.answers = answering.known(plan_of(pairing.scholar.cohort).questions, answers)
    row.version += 1
    row.save()
    return row


@transaction.atomic
def send_answers(
    *,
    pairing: Pairing,
    code: str,
    answers: Mapping[str, str],
    expected_version: int,
    actor: User,
    now: datetime,
) -> CheckInAnswer:
    """Save and send one side's check-in. Order: save, check, mark as sent, event, compare with the other side.

    Sending twice changes nothing. Raises as `save_answers`, and Invalid by question.
    """
    side = side_of(pairing, actor)
    cohort = pairing.scholar.cohort
    sent = CheckInAnswer.objects.filter(pairing=pairing, code=code, side=side, sent_at__isnull=False).first()
    if sent is not None:
        return sent
    if now < due(pairing, code) - rules.OPENS_BEFORE:
        raise Conflict(_("This check-in is not open yet."))
    answering.check(plan_of(cohort).questions, answers)
    row = save_answers(
        pairing=pairing, code=code, answers=answers, expected_version=expected_version, actor=actor, now=now
    )
    row.sent_at = now
    row.save(update_fields=["sent_at"])
    log(
        cohort=cohort,
        actor=actor,
        verb="mentoring.checked-in",
        subject=row,
        now=now,
        checkin=code,
        side=str(side),
    )
    _compare(pairing, code, now=now)
    return row


def _checkin(cohort: Cohort, code: str) -> None:
    if code not in {checkin.code for checkin in plan_of(cohort).checkins}:
        raise Conflict(_("This programme has no such check-in."))


def due(pairing: Pairing, code: str) -> datetime:
    """When a check-in of this pairing is due, with the scholar's own extension."""
    cohort = pairing.scholar.cohort
    _checkin(cohort, code)
    extension = timedelta(weeks=pairing.scholar.extension_weeks)
    return rules.due_dates(plan_of(cohort).checkins, cohort.dates, extension)[code]


def _compare(pairing: Pairing, code: str, *, now: datetime) -> None:
    """Raise a hand when the two sides' answers do not agree."""
    sent = {
        row.side: row.answers
        for row in CheckInAnswer.objects.filter(pairing=pairing, code=code, sent_at__isnull=False)
    }
    if len(sent) < len(Side):
        return
    found = rules.gaps(plan_of(pairing.scholar.cohort).questions, sent[Side.SCHOLAR], sent[Side.MENTOR])
    if found:
        _raise_concern(pairing, code, "disagreement", {"questions": [gap.question for gap in found]}, now=now)


def _raise_concern(
    pairing: Pairing, code: str, kind: str, detail: Mapping[str, Any], *, now: datetime
) -> bool:
    concern, created = Concern.objects.get_or_create(
        pairing=pairing, code=code, kind=kind, defaults={"created_at": now, "detail": dict(detail)}
    )
    if created:
        log(
            cohort=pairing.scholar.cohort,
            actor=None,
            verb="mentoring.hand-raised",
            subject=concern,
            now=now,
            kind=kind,
            checkin=code,
        )
    return created


@transaction.atomic
def remind(*, cohort: Cohort, now: datetime) -> int:
    """The clock's round: one mail when a check-in opens, one when it is late, and a raised hand for silence.

    Returns the number of mails put in the outbox; running it again changes nothing.
    """
    posted = 0
    pairings = (
        Pairing.objects.filter(
            scholar__cohort=cohort, ended_at__isnull=True, scholar__state=ScholarState.ENROLLED
        )
        .select_related(
            "scholar__user",
            "scholar__cohort__programme__institution",
            "scholar__cohort__version",
            "mentor__user",
        )
        .prefetch_related("answers", "scholar__cohort__date_rows")
        .order_by("pk")
    )
    for pairing in pairings:
        sent = {(row.code, row.side) for row in pairing.answers.all() if row.sent_at}
        dates = rules.due_dates(
            plan_of(cohort).checkins, cohort.dates, timedelta(weeks=pairing.scholar.extension_weeks)
        )
        for checkin in plan_of(cohort).checkins:
            for side, person in ((Side.SCHOLAR, pairing.scholar.user), (Side.MENTOR, pairing.mentor.user)):
                phase = rules.phase(dates[checkin.code], sent=(checkin.code, side) in sent, now=now)
                if phase in {"open", "late"}:
                    posted += _nudge(pairing, checkin.code, side, person, phase, dates[checkin.code], now=now)
    return posted


def _nudge(
    pairing: Pairing, code: str, side: Side, person: User, phase: str, when: datetime, *, now: datetime
) -> int:
    cohort = pairing.scholar.cohort
    mail.send(
        cohort=cohort,
        code="checkin-due" if phase == "open" else "checkin-late",
        to=person,
        values={
            "date": when,
            "title": next(item.title for item in plan_of(cohort).checkins if item.code == code),
            "link": cohort_url(cohort, "mentoring:check-in", ref=pairing.ref, code=code),
        },
        now=now,
        key=f"checkin:{pairing.ref}:{code}:{side}:{phase}",
    )
    if phase == "late":
        _raise_concern(pairing, code, f"silent-{side}", {}, now=now)
    return 1


@transaction.atomic
def close_concern(*, concern: Concern, actor: User, note: str, now: datetime) -> Concern:
    """An organiser has looked, and says what was done. Raises NotAllowed, Invalid, Conflict."""
    cohort = concern.pairing.scholar.cohort
    require(actor, cohort, Role.ORGANISER)
    if not note.strip():
        raise Invalid({"note": [_("Say in a sentence what was done.")]})
    row = Concern.objects.select_for_update().get(pk=concern.pk)
    if row.closed_at is not None:
        raise Conflict(_("Someone has closed this already."))
    row.closed_at, row.closing_note = now, note.strip()
    row.save(update_fields=["closed_at", "closing_note"])
    log(cohort=cohort, actor=actor, verb="mentoring.hand-lowered", subject=row, now=now)
    return row
