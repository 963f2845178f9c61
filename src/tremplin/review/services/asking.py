"""“Please look again”: what a reviewer asks organisers about a text, and what they answer."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tremplin.blinding import queries as blinding
from tremplin.core.errors import Conflict, Invalid, NotAllowed
from tremplin.people.models import User
from tremplin.programmes.apart import require_judge
from tremplin.programmes.log import log
from tremplin.programmes.roles import Role
from tremplin.review import rules
from tremplin.review.models import Ask, AskKind, Assignment, NewsKind
from tremplin.review.services.common import own
from tremplin.review.services.telling import note_news

MOST_OPEN = 5


@transaction.atomic
def ask_to_look_again(
    *, assignment: Assignment, actor: User, now: datetime, kind: str, words: str = "", waits: bool = False
) -> Ask:
    """Ask the organisers to look at what was given to `actor` to read. `waits`: not to be offered it meanwhile.

    Asking the same again while it is open changes nothing.

    Order: permission; what is asked; the audit event, without a word of it. Raises NotAllowed; Invalid for an
    unknown reason, or without words where only words say what is meant; Conflict when too much is open already.
    """
    held = own(assignment, actor)
    said = _checked(kind, words)
    open_asks = list(Ask.objects.filter(assignment=held, answered_at=None))
    same = next((ask for ask in open_asks if (ask.kind, ask.words) == (kind, said)), None)
    if same is not None:
        return same
    if len(open_asks) >= MOST_OPEN:
        raise Conflict(
            _("You have asked about this application several times, and no answer is there yet."),
            _("Wait for it, or write to the organisers."),
        )
    ask = Ask.objects.create(assignment=held, kind=kind, words=said, waits=waits, created_at=now)
    log(cohort=held.cohort, actor=actor, verb="review.asked", subject=held, now=now, kind=kind, waits=waits)
    return ask


def _checked(kind: str, words: str) -> str:
    said, errors = words.strip(), {}
    if kind not in AskKind.values:
        errors["kind"] = [_("Choose what the organisers should look at.")]
    if kind == AskKind.OTHER and not said:
        errors["words"] = [_("Say in a sentence what it is.")]
    if len(said) > rules.LONGEST_TEXT:
        limit = {"limit": rules.LONGEST_TEXT}
        errors["words"] = [_("This is longer than %(limit)s characters. Shorten it.") % limit]
    if errors:
        raise Invalid(errors)
    return said


@transaction.atomic
def answer(*, ask: Ask, actor: User, now: datetime, words: str) -> Ask:
    """Tell the reviewer what came of it, and close it. A read that waited is offered to them again.

    The answer is kept as the reviewer gets it: whatever would lead to the writer is replaced, as in the copies.

    Order: permission; still open; the answer; their news; the audit event, without a word of it. Raises NotAllowed
    (the writer of the application, too); Conflict when a colleague was quicker; Invalid without an answer.
    """
    held = Ask.objects.select_for_update(of=("self",)).get(pk=ask.pk)
    assignment = ask.assignment
    require_judge(actor, assignment.cohort, Role.ORGANISER)
    if assignment.application.applicant_id == actor.pk or assignment.reviewer_id == actor.pk:
        raise NotAllowed(_("Somebody else must answer this."))
    said = words.strip()
    if not said or len(said) > rules.LONGEST_TEXT:
        limit = {"limit": rules.LONGEST_TEXT}
        raise Invalid({"words": [_("Say what came of it, in at most %(limit)s characters.") % limit]})
    if held.answered_at is not None:
        raise Conflict(_("This was answered meanwhile: the answer stands below."))
    held.answer = blinding.told_blind(assignment.application, said)
    held.answered_at, held.answered_by = now, actor.ref
    held.save(update_fields=["answer", "answered_at", "answered_by"])
    note_news(assignment.cohort, {assignment.reviewer_id: 1}, NewsKind.ANSWERED, now)
    log(cohort=assignment.cohort, actor=actor, verb="review.ask-answered", subject=assignment, now=now)
    return held
