"""Reading the first ones: each alone; what was found before the discussion may count where it was given to read."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tremplin.core.errors import Conflict, Invalid, NotAllowed, Stale
from tremplin.first_reads import queries
from tremplin.first_reads.models import FirstRead, FirstReads, Piece
from tremplin.people.models import User
from tremplin.programmes.log import log
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role, require
from tremplin.review import queries as review
from tremplin.review import rules as review_rules
from tremplin.review.gates import before_list
from tremplin.review.models import Assignment, DeclaredConflict
from tremplin.review.plan import review_plan
from tremplin.review.services import declare_conflict, submit_review


@transaction.atomic
def save(
    *,
    piece: Piece,
    cohort: Cohort,
    actor: User,
    now: datetime,
    shown: str,
    expected_version: int,
    scores: Mapping[str, object],
    comment: str = "",
    seconds: int = 0,
) -> FirstRead:
    """Keep a draft. Order: permission; still open; what was on screen; the draft. No audit event: it is theirs alone.

    Raises NotAllowed; Conflict when it was submitted; Stale for another text or another window; Invalid.
    """
    found, errors = review_rules.known_scores(review_plan(cohort), scores)
    if errors:
        raise Invalid(errors)
    read = _open(piece, cohort, actor, shown, expected_version)
    return _store(read, now, shown, found, _comment(comment), seconds)


@transaction.atomic
def submit(
    *,
    piece: Piece,
    cohort: Cohort,
    actor: User,
    now: datetime,
    shown: str,
    expected_version: int,
    scores: Mapping[str, object],
    comment: str = "",
    seconds: int = 0,
) -> FirstRead:
    """Hand it in: it changes no more, since others may be seen afterwards. Again changes nothing.

    Order: permission; still open; what was on screen; each criterion is answered; the read; the audit event, without
    a score. Raises as `save`.
    """
    plan = review_plan(cohort)
    found, errors = review_rules.known_scores(plan, scores)
    before = FirstRead.objects.filter(piece=piece.pk, reviewer=actor, submitted_at__isnull=False).first()
    if before is not None and before.scores == found:
        return before
    read = _open(piece, cohort, actor, shown, expected_version)
    errors = {**review_rules.missing(plan, found), **errors}
    if errors:
        raise Invalid(errors)
    read = _store(read, now, shown, found, _comment(comment), seconds, submitted=True)
    log(cohort=cohort, actor=actor, verb="first_reads.submitted", subject=piece, now=now)
    return read


@transaction.atomic
def declare_tie(*, piece: Piece, cohort: Cohort, actor: User, now: datetime) -> FirstRead:
    """Say that one must not judge the writer: the piece counts as done, and its application is never given to them.

    Order: permission; still open; the read without scores; the conflict, with it a read that was given; the audit
    event. Raises NotAllowed, Conflict.
    """
    read = _held(piece, cohort, actor)
    if piece.application_id is None:
        raise Conflict(_("The organisers wrote this text themselves: it is nobody’s application."))
    read = read or FirstRead(piece=piece, reviewer=actor, created_at=now, version=0, shown="")
    read.scores, read.comment, read.tied = {}, "", True
    read.submitted_at = read.saved_at = now
    read.save()
    given = Assignment.objects.filter(
        application=piece.application_id, reviewer=actor, pass_number=1, state="assigned"
    ).first()
    if given is not None:
        given.cohort = cohort
        declare_conflict(assignment=given, actor=actor, now=now)
    else:
        DeclaredConflict.objects.get_or_create(
            application_id=piece.application_id,
            reviewer=actor,
            defaults={"cohort": cohort, "created_at": now},
        )
    log(cohort=cohort, actor=actor, verb="first_reads.conflict-declared", subject=piece, now=now)
    return read


def _held(piece: Piece, cohort: Cohort, actor: User) -> FirstRead | None:
    """This reviewer's draft of a piece of the opened set, the set being held. Raises NotAllowed, Conflict."""
    require(actor, cohort, Role.REVIEWER)
    found = FirstReads.objects.select_for_update(of=("self",)).filter(pk=piece.first_reads_id).first()
    if found is None or found.cohort_id != cohort.pk or found.opened_at is None:
        raise NotAllowed(_("This text is not open to be read."))
    if not queries.pieces_of(found).filter(pk=piece.pk).exists():
        raise Conflict(_("This text was withdrawn by its writer. Nobody reads it any more."))
    read = FirstRead.objects.filter(piece=piece.pk, reviewer=actor).first()
    if read is not None and read.submitted_at is not None:
        raise Conflict(_("You have submitted this one, and it stays as it is: others build on it."))
    return read


def _open(piece: Piece, cohort: Cohort, actor: User, shown: str, expected_version: int) -> FirstRead:
    read = _held(piece, cohort, actor)
    if shown != queries.shown_token(piece):
        raise Stale(
            _("There is a newer version of this text since you opened it, so your scores were not saved."),
            _(
                "Load the page again and read the new version. What you wrote is shown below, for you to copy."
            ),
        )
    if (read.version if read else 0) != expected_version:
        raise Stale(
            _("You have saved this in another window since."),
            _(
                "Load the page again to see what is saved. What you wrote here is shown below, for you to copy."
            ),
            current=read,
        )
    return read or FirstRead(piece=piece, reviewer=actor, version=0)


def _comment(text: str) -> str:
    if len(text) > review_rules.LONGEST_TEXT:
        limit = {"limit": review_rules.LONGEST_TEXT}
        raise Invalid({"comment": [_("This is longer than %(limit)s characters. Shorten it.") % limit]})
    return text.strip()


def _store(
    read: FirstRead,
    now: datetime,
    shown: str,
    scores: dict[str, review_rules.Score],
    comment: str,
    seconds: int,
    *,
    submitted: bool = False,
) -> FirstRead:
    read.scores, read.comment, read.shown = scores, comment, shown
    read.seconds += max(0, min(seconds, review_rules.LONGEST_SITTING))
    read.version += 1
    read.created_at = read.created_at or now
    read.saved_at = now
    read.submitted_at = now if submitted else None
    read.save()
    return read


def carry_over(*, cohort: Cohort, now: datetime) -> int:
    """Where an application was also given to somebody who read it among the first, that read is theirs; how many.

    The scores are those from before the discussion. The comment was written for colleagues and stays among them.
    """
    done = 0
    for read, key in queries.to_carry_over(cohort):
        assignment = review.mine(cohort, read.reviewer).get(pk=key)
        assignment.cohort = cohort
        if before_list(cohort, read.reviewer) is not None:
            continue  # they may still be reading the others
        page = review.page_of(assignment)
        submit_review(
            assignment=assignment,
            actor=read.reviewer,
            now=now,
            shown=page.shown,
            expected_version=page.version,
            scores=read.scores,
            seconds=read.seconds,
        )
        done += 1
    return done
