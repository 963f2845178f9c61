"""Reading: a draft that is never lost, a review of what was on screen and of nothing else."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tremplin.applications.models import ApplicationState
from tremplin.blinding import queries as blinding
from tremplin.blinding.models import RedactedCopy
from tremplin.core.errors import Conflict, Invalid, NotAllowed, Stale
from tremplin.core.prepared import Prepared
from tremplin.people.models import User
from tremplin.programmes.log import log
from tremplin.review import queries, rules
from tremplin.review.models import Assignment, AssignmentState, DeclaredConflict, Review
from tremplin.review.plan import review_plan
from tremplin.review.queries.reading import unfinished
from tremplin.review.services.common import hold, own
from tremplin.review.services.handing import hand_on


@transaction.atomic
def save_review(
    *,
    assignment: Assignment,
    actor: User,
    now: datetime,
    shown: str,
    expected_version: int,
    scores: Mapping[str, object],
    comment: str = "",
    private_note: str = "",
    recognised: bool = False,
    seconds: int = 0,
) -> Review:
    """Keep a draft, finished or not. `shown` names the text that was on screen, `seconds` what it took since.

    Order: permission; still to be read; the text and the draft are those that were on screen; the draft. There
    is no audit event: until it is submitted, a draft is nobody's business but the reviewer's.
    Raises NotAllowed; Conflict when it is no longer theirs to read; Stale when the applicant sent another
    version, or another window saved another draft; Invalid for a score that the rubric does not have.
    """
    held = own(assignment, actor)
    review = _review_of(held)
    copy = _open(held, review, shown, expected_version)
    found, errors = rules.known_scores(review_plan(held.cohort), scores)
    if errors:
        raise Invalid(errors)
    return _store(held, copy, review, now, found, _texts(comment, private_note), recognised, seconds)


@transaction.atomic
def submit_review(
    *,
    assignment: Assignment,
    actor: User,
    now: datetime,
    shown: str,
    expected_version: int,
    scores: Mapping[str, object],
    comment: str = "",
    private_note: str = "",
    recognised: bool = False,
    seconds: int = 0,
) -> Review:
    """Save and hand in: from now on it counts. Doing it again with nothing changed changes nothing.

    Order: permission; already submitted; still to be read; the text and the draft are those that were on
    screen; every criterion is answered; the review; the assignment; the audit event, without any score.
    Raises as `save_review`; Invalid also names each criterion without an answer.
    """
    plan = review_plan(assignment.cohort)
    found, errors = rules.known_scores(plan, scores)
    held = own(assignment, actor)
    review = _review_of(held)
    if held.state == AssignmentState.SUBMITTED and review is not None and review.scores == found:
        return review
    copy = _open(held, review, shown, expected_version)
    errors = {**rules.missing(plan, found), **errors}
    if errors:
        raise Invalid(errors)
    texts = _texts(comment, private_note)
    review = _store(held, copy, review, now, found, texts, recognised, seconds, submitted=True)
    held.state, held.closed_at = AssignmentState.SUBMITTED, now
    held.save(update_fields=["state", "closed_at"])
    log(
        cohort=held.cohort,
        actor=actor,
        verb="review.submitted",
        subject=held,
        now=now,
        minutes=review.minutes,
        recognised=recognised,
    )
    return review


@transaction.atomic
def declare_conflict(
    *, assignment: Assignment, actor: User, now: datetime, reason: str = ""
) -> Assignment | None:
    """Pass a read on because of a conflict of interest, and never see that application again.

    Returns the read that somebody else was given, None if nobody can take it yet (organisers then see it among
    the unread). An organiser may declare it for a reviewer.

    Order: permission; the conflict; draft and read are closed; another reviewer; the audit event.
    Raises NotAllowed; Conflict when the read was submitted already.
    """
    hold(assignment.cohort)
    held = own(assignment, actor, organisers_too=True)
    if held.state == AssignmentState.CONFLICT:
        return None
    if held.state != AssignmentState.ASSIGNED:
        raise Conflict(
            _("This read is finished, so it cannot be passed on."),
            _("Write to the organisers: they can leave it out."),
        )
    DeclaredConflict.objects.get_or_create(
        application_id=held.application_id,
        reviewer_id=held.reviewer_id,
        defaults={"cohort": held.cohort, "reason": reason.strip()[: rules.LONGEST_TEXT], "created_at": now},
    )
    Review.objects.filter(assignment=held).delete()
    held.state, held.closed_at = AssignmentState.CONFLICT, now
    held.save(update_fields=["state", "closed_at"])
    found = hand_on(cohort=held.cohort, freed=[held], now=now)
    log(
        cohort=held.cohort,
        actor=actor,
        verb="review.conflict-declared",
        subject=held,
        now=now,
        handed_on=bool(found),
    )
    if not found:
        return None
    others = Assignment.objects.filter(application_id=held.application_id, state=AssignmentState.ASSIGNED)
    return others.order_by("-created_at", "-pk").first()


@transaction.atomic
def reopen(*, assignment: Assignment, actor: User, now: datetime, reason: str = "") -> Review:
    """Let a submitted review be changed. Reviewers may do it until another read of the application is in, since
    from then on they could be swayed; organisers at any time, with a reason.

    Order: permission; it was submitted; the assignment, the review, the audit event. Raises NotAllowed, Conflict,
    Invalid when an organiser gives no reason.
    """
    held = own(assignment, actor, organisers_too=True)
    review = _review_of(held)
    if review is None or held.state != AssignmentState.SUBMITTED:
        raise Conflict(_("This read is open already."))
    if held.reviewer_id == actor.pk:
        if not rules.may_reopen(submitted=True, others_in=queries.others_in(held)):
            raise NotAllowed(
                _(
                    "Somebody else has read this application too, so your read can no longer be changed by you."
                ),
                _("If something in it is wrong, ask an organiser to reopen it."),
            )
    elif not reason.strip():
        raise Invalid({"reason": [_("Say why this read is reopened: the reviewer will ask.")]})
    held.state, held.closed_at = AssignmentState.ASSIGNED, None
    held.save(update_fields=["state", "closed_at"])
    review.submitted_at = None
    review.version += 1
    review.save(update_fields=["submitted_at", "version"])
    log(
        cohort=held.cohort,
        actor=actor,
        verb="review.reopened",
        subject=held,
        now=now,
        by_organiser=bool(reason),
    )
    return review


_REVIEW = Prepared(lambda pk: Review.objects.filter(assignment=pk), int)


def _review_of(held: Assignment) -> Review | None:
    """The review of a locked assignment, read only now: what a join saw while it waited for the lock is old."""
    return next(iter(_REVIEW(held.pk)), None)


def _open(held: Assignment, review: Review | None, shown: str, expected_version: int) -> RedactedCopy:
    """What is to be read, if it and the draft are what was on screen. Raises Conflict, Stale."""
    if held.state != AssignmentState.ASSIGNED or held.application.state != ApplicationState.SUBMITTED:
        raise Conflict(
            _("This application is no longer yours to read: it was submitted, taken back or withdrawn."),
            _("Nothing was saved. Go on with the next one in your queue."),
        )
    copy = blinding.current(held.application, held.cohort, held.pass_number)
    if copy is None:
        raise unfinished()
    if shown != rules.shown_token(held.ref, copy.pk, copy.checksum):
        raise Stale(
            _("There is a newer version of this text since you opened it, so your scores were not saved."),
            _(
                "Load the page again and read the new version. What you wrote is shown below, for you to copy."
            ),
        )
    version = review.version if review else 0
    if version != expected_version:
        raise Stale(
            _("You have saved this review in another window since."),
            _(
                "Load the page again to see what is saved. What you wrote here is shown below, for you to copy."
            ),
            current=review,
        )
    return copy


def _texts(comment: str, private_note: str) -> tuple[str, str]:
    for field, text in (("comment", comment), ("private_note", private_note)):
        if len(text) > rules.LONGEST_TEXT:
            limit = {"limit": rules.LONGEST_TEXT}
            raise Invalid({field: [_("This is longer than %(limit)s characters. Shorten it.") % limit]})
    return comment.strip(), private_note.strip()


def _store(
    held: Assignment,
    copy: RedactedCopy,
    review: Review | None,
    now: datetime,
    scores: dict[str, rules.Score],
    texts: tuple[str, str],
    recognised: bool,
    seconds: int,
    *,
    submitted: bool = False,
) -> Review:
    review = review or Review(assignment=held, created_at=now, version=0)
    review.copy, review.snapshot_id = copy, copy.snapshot_id
    review.scores, review.recognised = scores, recognised
    review.comment, review.private_note = texts
    review.seconds += max(0, min(seconds, rules.LONGEST_SITTING))
    review.version += 1
    review.saved_at = now
    review.submitted_at = now if submitted else None
    review.save()
    return review
