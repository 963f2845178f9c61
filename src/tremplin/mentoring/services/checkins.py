"""Check-ins: both sides answer the same questions; each sees the other's answers after sending their own."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tremplin.core import versions
from tremplin.core.errors import Conflict, Invalid, NotAllowed
from tremplin.mentoring import rules
from tremplin.mentoring.models import CheckInAnswer, Pairing, Side
from tremplin.mentoring.plan import plan_of, slot_of
from tremplin.mentoring.services.concerns import lower_silence, raise_concern, tell_organisers
from tremplin.people.models import User
from tremplin.programmes import answers as answering
from tremplin.programmes.answer_form import LONG_LIMIT
from tremplin.programmes.log import log
from tremplin.programmes.roles import Role, require


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
    """Keep a draft, whatever state it is in. Drafts are nobody else's, so they leave no trace in the log.

    Raises NotAllowed, Conflict (sent already), Stale, Invalid (longer than can be kept).
    """
    side = side_of(pairing, actor)
    cohort = pairing.scholar.cohort
    slot_of(pairing, cohort, code, now=now)
    _check_lengths(answers)
    row, _created = CheckInAnswer.objects.select_for_update().get_or_create(
        pairing=pairing, code=code, side=side, defaults={"created_at": now}
    )
    if row.sent_at is not None:
        raise Conflict(_("This check-in has been sent and can no longer be changed."))
    versions.check(row, expected_version)
    row.answers = answering.known(plan_of(cohort).questions, answers)
    row.version += 1
    row.save()
    return row


def _check_lengths(answers: Mapping[str, str]) -> None:
    """Too long an answer is sent back whole: nothing is cut off in silence."""
    over = {code: len(text) - LONG_LIMIT for code, text in answers.items() if len(text) > LONG_LIMIT}
    if over:
        raise Invalid(
            {
                code: [
                    ngettext("Take out %(over)s character.", "Take out %(over)s characters.", count)
                    % {"over": count}
                ]
                for code, count in over.items()
            }
        )


def send_answers(
    *,
    pairing: Pairing,
    code: str,
    answers: Mapping[str, str],
    expected_version: int,
    actor: User,
    now: datetime,
) -> CheckInAnswer:
    """Save and send one side's check-in. What is written is kept even when it cannot be sent yet.

    Order: save; check; mark as sent; event; hands. Sending the same answers twice changes nothing.
    Raises as `save_answers`, and Invalid by question.
    """
    side, cohort = side_of(pairing, actor), pairing.scholar.cohort
    known = answering.known(plan_of(cohort).questions, answers)
    sent = CheckInAnswer.objects.filter(pairing=pairing, code=code, side=side, sent_at__isnull=False).first()
    if sent is not None and sent.answers == known:
        return sent
    slot = slot_of(pairing, cohort, code, now=now)
    if rules.phase(slot, sent=False, now=now) == "later":
        raise Conflict(_("This check-in is not open yet."))
    row = save_answers(
        pairing=pairing, code=code, answers=answers, expected_version=expected_version, actor=actor, now=now
    )
    answering.check(plan_of(cohort).questions, answers)
    return _send(row, pairing, actor, now=now)


@transaction.atomic
def _send(draft: CheckInAnswer, pairing: Pairing, actor: User, *, now: datetime) -> CheckInAnswer:
    row = CheckInAnswer.objects.select_for_update().get(pk=draft.pk)
    versions.check(row, draft.version)
    row.sent_at = now
    row.save(update_fields=["sent_at"])
    log(
        cohort=pairing.scholar.cohort,
        actor=actor,
        verb="mentoring.checked-in",
        subject=row,
        now=now,
        checkin=row.code,
        side=row.side,
    )
    lower_silence(pairing, row.code, Side(row.side), actor=actor, now=now)
    _raise_hands(pairing, row, now=now)
    return row


def _raise_hands(pairing: Pairing, row: CheckInAnswer, *, now: datetime) -> None:
    """Words for the organisers alone, and answers of the two sides that do not agree."""
    questions = plan_of(pairing.scholar.cohort).questions
    if rules.writes_in_confidence(questions, row.answers):
        concern, created = raise_concern(pairing, row.code, f"note-{row.side}", {}, now=now)
        if created:
            tell_organisers(concern, pairing, now=now)
    sent = {
        answer.side: answer.answers
        for answer in CheckInAnswer.objects.filter(pairing=pairing, code=row.code, sent_at__isnull=False)
    }
    if len(sent) < len(Side):
        return
    found = rules.gaps(questions, sent[Side.SCHOLAR], sent[Side.MENTOR])
    if found:
        detail = {"questions": [gap.question for gap in found]}
        raise_concern(pairing, row.code, "disagreement", detail, now=now)


@transaction.atomic
def log_reading(*, pairing: Pairing, code: str, actor: User, now: datetime) -> None:
    """An organiser reads what both sides sent, private answers included: written to the log.

    Raises NotAllowed, to a side of the pairing too: nobody reads what was said about them in confidence.
    """
    cohort = pairing.scholar.cohort
    require(actor, cohort, Role.ORGANISER)
    if actor.pk in {pairing.scholar.user_id, pairing.mentor.user_id}:
        raise NotAllowed(
            _("You are one side of this pairing, so another organiser has to read this."),
            _("What the other side wrote for the organisers alone may be about you."),
        )
    log(cohort=cohort, actor=actor, verb="mentoring.answers-read", subject=pairing, now=now, checkin=code)
