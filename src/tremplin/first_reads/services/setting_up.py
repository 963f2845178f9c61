"""Organisers choose what all read first, open it, let somebody go, and close it."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tremplin.applications import queries as applications
from tremplin.applications.models import Application
from tremplin.blinding import queries as blinding
from tremplin.core.errors import Conflict, Invalid
from tremplin.first_reads import queries
from tremplin.first_reads.models import Counting, FirstReads, LetGo, Piece
from tremplin.first_reads.rules import FEWEST, MOST
from tremplin.people.models import User
from tremplin.programmes.apart import require_judge
from tremplin.programmes.log import log
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role, roles_of
from tremplin.review import rules as review_rules
from tremplin.review import table
from tremplin.review.models import NewsKind
from tremplin.review.readers import reviewers
from tremplin.review.services import note_news
from tremplin.review.services.common import hold


@transaction.atomic
def set_up(
    *,
    cohort: Cohort,
    actor: User,
    now: datetime,
    note: str = "",
    counting: str = "shared",
    holds: bool = True,
) -> FirstReads:
    """Begin a set, or change what is said of it. How it counts and whom it holds is fixed once it is open.

    Order: permission, the set, the audit event. Raises NotAllowed, Invalid; Conflict when what is fixed would change.
    """
    require_judge(actor, cohort, Role.ORGANISER)
    hold(cohort)
    said = note.strip()
    if len(said) > review_rules.LONGEST_TEXT:
        limit = {"limit": review_rules.LONGEST_TEXT}
        raise Invalid({"note": [_("This is longer than %(limit)s characters. Shorten it.") % limit]})
    if counting not in Counting.values:
        raise Invalid({"counting": [_("Choose what becomes of these reads.")]})
    found = queries.set_of(cohort) or FirstReads(cohort=cohort, created_at=now)
    if found.opened_at is not None and (found.counting, found.holds) != (counting, holds):
        raise Conflict(
            _("How these reads count was fixed when they were opened. Only your words can change now.")
        )
    found.note, found.counting, found.holds = said, counting, holds
    found.save()
    log(
        cohort=cohort,
        actor=actor,
        verb="first_reads.set-up",
        subject=found,
        now=now,
        counting=counting,
        holds=holds,
    )
    return found


def _preparing(cohort: Cohort, actor: User) -> FirstReads:
    """The set while it can be changed, held. Raises NotAllowed, Conflict."""
    require_judge(actor, cohort, Role.ORGANISER)
    hold(cohort)
    found = queries.set_of(cohort)
    if found is None:
        raise Conflict(_("Say first what these reads are for."))
    if found.opened_at is not None:
        raise Conflict(_("Reviewers read these already, so the texts stay as they are."))
    return found


@transaction.atomic
def add_application(*, cohort: Cohort, actor: User, now: datetime, ref: str) -> Piece:
    """Put an application into the set: one whose copy is finished, and that every reviewer may read.

    Order: permission; the application; nobody is tied to its writer; the piece; the audit event.
    Raises NotAllowed; Conflict once it is open; Invalid for an application that not all could read.
    """
    found = _preparing(cohort, actor)
    _room(found)
    rows = applications.submitted(cohort).exclude(applicant=actor)
    application = rows.select_related("applicant").filter(ref=ref.strip().lower()).first()
    if application is None:
        raise Invalid({"ref": [_("No application that was sent has this number.")]})
    application.cohort = cohort
    copy = blinding.current(application, cohort)
    if copy is None:
        raise Invalid({"ref": [_("Its blinded copy is not finished yet. Try again in a minute.")]})
    if queries.pieces_of(found).filter(application=application).exists():
        raise Invalid({"ref": [_("It is in the set already.")]})
    _readable_by_all(cohort, application, now)
    piece = Piece.objects.create(
        first_reads=found, application=application, copy=copy, language=copy.snapshot.language, created_at=now
    )
    log(cohort=cohort, actor=actor, verb="first_reads.added", subject=application, now=now)
    return piece


def _readable_by_all(cohort: Cohort, application: Application, now: datetime) -> None:
    """Raises Invalid when its writer has a part in the reading, or somebody must not read them."""
    if roles_of(application.applicant, cohort) - {Role.APPLICANT}:
        raise Invalid({"ref": [_("Its writer has another role here, so not everybody could read it.")]})
    code = str(application.pk)
    known = table.load(cohort, now=now, only={code})
    tied = sorted(
        known.people[reader].get_full_name() for paper, reader in known.barred if reader in known.people
    )
    if tied:
        text = _("Not everybody may read it: %(names)s must not. Choose another one.")
        raise Invalid({"ref": [text % {"names": ", ".join(tied)}]})


@transaction.atomic
def add_text(*, cohort: Cohort, actor: User, now: datetime, language: str, texts: Mapping[str, str]) -> Piece:
    """Put answers into the set that organisers wrote themselves: nobody's application.

    Order: permission, the piece, the audit event. Raises NotAllowed; Conflict once it is open; Invalid without text.
    """
    found = _preparing(cohort, actor)
    _room(found)
    asked = {question.code for question in queries.questions_of(cohort)}
    said = {code: text.strip() for code, text in texts.items() if code in asked and text.strip()}
    errors: dict[str, list[str]] = {
        code: [_("This is longer than %(limit)s characters. Shorten it.") % {"limit": 20_000}]
        for code, text in said.items()
        if len(text) > 20_000
    }
    if not said:
        errors[next(iter(asked), "language")] = [_("Write at least one answer.")]
    if language not in cohort.plan.programme.languages:
        errors["language"] = [_("Choose the language of the text.")]
    if errors:
        raise Invalid(errors)
    piece = Piece.objects.create(first_reads=found, language=language, texts=said, created_at=now)
    log(cohort=cohort, actor=actor, verb="first_reads.added", subject=piece, now=now)
    return piece


def _room(found: FirstReads) -> None:
    if Piece.objects.filter(first_reads=found).count() >= MOST:
        raise Conflict(_("%(most)s texts are the most: they are read by everybody.") % {"most": MOST})


@transaction.atomic
def remove(*, piece: Piece, cohort: Cohort, actor: User, now: datetime) -> None:
    """Take a text out of the set. Order: permission, the piece, the audit event. Raises NotAllowed, Conflict."""
    found = _preparing(cohort, actor)
    Piece.objects.filter(pk=piece.pk, first_reads=found).delete()
    log(cohort=cohort, actor=actor, verb="first_reads.removed", subject=found, now=now)


@transaction.atomic
def open_set(*, cohort: Cohort, actor: User, now: datetime) -> FirstReads:
    """Give the set to all reviewers. Copies are those that are finished now.

    Order: permission; enough texts; the copies; the set; reviewers’ news; the audit event. Raises NotAllowed;
    Conflict with fewer than three texts, or one that cannot be read any more.
    """
    found = _preparing(cohort, actor)
    pieces = list(queries.pieces_of(found))
    if len(pieces) < FEWEST:
        raise Conflict(
            _("Choose at least %(fewest)s texts: from fewer nothing is learnt.") % {"fewest": FEWEST}
        )
    for piece in pieces:
        if piece.application is not None:
            piece.copy = blinding.current(piece.application, cohort)
            if piece.copy is None:
                raise Conflict(_("The copy of one text is being made anew. Try again in a minute."))
            _readable_by_all(cohort, piece.application, now)
            piece.save(update_fields=["copy"])
    found.opened_at = now
    found.save(update_fields=["opened_at"])
    note_news(
        cohort, dict.fromkeys((user.pk for user in reviewers(cohort)), len(pieces)), NewsKind.FIRST, now
    )
    log(cohort=cohort, actor=actor, verb="first_reads.opened", subject=found, now=now, texts=len(pieces))
    return found


@transaction.atomic
def close(*, cohort: Cohort, actor: User, now: datetime) -> FirstReads:
    """Hold nobody any more; whoever has read all goes on discussing. Again changes nothing.

    Order: permission, the set, the audit event. Raises NotAllowed; Conflict when it was never opened.
    """
    require_judge(actor, cohort, Role.ORGANISER)
    hold(cohort)
    found = queries.set_of(cohort)
    if found is None or found.opened_at is None:
        raise Conflict(_("These reads are not open."))
    if found.closed_at is None:
        found.closed_at = now
        found.save(update_fields=["closed_at"])
        log(cohort=cohort, actor=actor, verb="first_reads.closed", subject=found, now=now)
    return found


@transaction.atomic
def let_go(*, cohort: Cohort, reviewer: User, actor: User, now: datetime) -> None:
    """Let a reviewer begin their own list without these. Again changes nothing.

    Order: permission, the exception, the audit event. Raises NotAllowed, Conflict.
    """
    require_judge(actor, cohort, Role.ORGANISER)
    found = queries.set_of(cohort)
    if found is None or Role.REVIEWER not in roles_of(reviewer, cohort):
        raise Conflict(_("This is for the reviewers of this cohort."))
    _row, new = LetGo.objects.get_or_create(
        first_reads=found, reviewer=reviewer, defaults={"by": actor.ref, "created_at": now}
    )
    if new:
        log(cohort=cohort, actor=actor, verb="first_reads.let-go", subject=reviewer, now=now)
