"""Talking about the first reads, and what organisers hold on to."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tremplin.core.errors import Invalid
from tremplin.first_reads import queries
from tremplin.first_reads.models import Agreed, FirstReads, Piece, Remark
from tremplin.people.models import User
from tremplin.programmes.apart import require_judge
from tremplin.programmes.log import log
from tremplin.programmes.roles import Role
from tremplin.review import rules as review_rules
from tremplin.review.plan import review_plan


@transaction.atomic
def remark(*, found: FirstReads, piece: Piece, actor: User, now: datetime, text: str) -> Remark:
    """Say something about a piece, under one's own name. The same twice in a row is said once.

    Order: permission; the text; the remark; the audit event, without a word of it. Raises NotAllowed, Invalid.
    """
    queries.discussion(found, piece, actor)
    said = text.strip()
    if not said or len(said) > review_rules.LONGEST_TEXT:
        limit = {"limit": review_rules.LONGEST_TEXT}
        raise Invalid({"text": [_("Write something, in at most %(limit)s characters.") % limit]})
    last = queries.remarks_of(piece).last()
    if last is not None and (last.author_id, last.text) == (actor.pk, said):
        return last
    row = Remark.objects.create(piece=piece, author=actor, text=said, created_at=now)
    log(cohort=found.cohort, actor=actor, verb="first_reads.remark", subject=piece, now=now)
    return row


@transaction.atomic
def agree(
    *,
    found: FirstReads,
    piece: Piece,
    actor: User,
    now: datetime,
    scores: Mapping[str, object],
    words: Mapping[str, str],
) -> None:
    """Hold on to how each criterion of a piece is to be read. It changes nobody's scores; an empty one is taken back.

    Order: permission; the levels are those of the rubric; the agreed readings; the audit event.
    Raises NotAllowed, Invalid.
    """
    require_judge(actor, found.cohort, Role.ORGANISER)
    queries.discussion(found, piece, actor)
    plan = review_plan(found.cohort)
    levels, errors = review_rules.known_scores(plan, scores)
    for code, text in words.items():
        if len(text) > review_rules.LONGEST_TEXT:
            limit = {"limit": review_rules.LONGEST_TEXT}
            errors[f"words_{code}"] = [_("This is longer than %(limit)s characters. Shorten it.") % limit]
    if errors:
        raise Invalid(errors)
    Agreed.objects.filter(piece=piece.pk).delete()
    for criterion in plan.criteria:
        level, said = levels.get(criterion.code), words.get(criterion.code, "").strip()
        if isinstance(level, int) or said:
            Agreed.objects.create(
                piece=piece,
                criterion=criterion.code,
                score=level if isinstance(level, int) else None,
                words=said,
                created_at=now,
            )
    log(cohort=found.cohort, actor=actor, verb="first_reads.agreed", subject=piece, now=now)
