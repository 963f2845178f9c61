"""Somebody is no reviewer any more: others read on, as for who leaves."""

from collections import Counter
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tremplin.core.errors import Message
from tremplin.core.ui.amounts import number
from tremplin.people.models import User
from tremplin.programmes.apart import cause
from tremplin.programmes.log import log
from tremplin.programmes.models import Cohort
from tremplin.programmes.parting import Parting
from tremplin.programmes.roles import Role, roles_of
from tremplin.review.services.common import hold
from tremplin.review.services.handing import carry_out
from tremplin.review.services.leaving import HandoverPreview, LoadChange, planned

_LEAVES = LoadChange(kind="leave")
_NAMED = 8  # people who take over, named in a sentence


def told_parting(cohort: Cohort, reviewer: User, actor: User, now: datetime) -> Parting | None:
    """Who would read on for somebody who loses the role; None where nothing is open, or `actor` stands apart."""
    if Role.ORGANISER not in roles_of(actor, cohort) or cause(cohort, actor):
        return None
    if Role.REVIEWER not in roles_of(reviewer, cohort):
        return None
    found = planned(cohort, reviewer, now, _LEAVES)[0]
    return Parting(found.fingerprint, _said(found), bool(found.uncovered)) if found.reads else None


def _said(found: HandoverPreview) -> tuple[Message, ...]:
    takers = Counter(row.taker for row in found.reads if row.taker is not None)
    text = ngettext(
        "%(count)s application that they were given is still to be read.",
        "%(count)s applications that they were given are still to be read.",
        len(found.own),
    )
    lines: list[Message] = [text % {"count": number(len(found.own), 0)}]
    if takers:
        names = [f"{user.get_full_name()} ({number(many, 0)})" for user, many in takers.most_common(_NAMED)]
        more = len(takers) - len(names)
        if more:
            names.append(ngettext("%(count)s other", "%(count)s others", more) % {"count": number(more, 0)})
        lines.append(
            _("Others read on at once: %(names)s. They are told in their morning.")
            % {"names": ", ".join(names)}
        )
    if found.uncovered:
        text = ngettext(
            "%(count)s can be taken by nobody, and waits among those without a reviewer.",
            "%(count)s can be taken by nobody, and wait among those without a reviewer.",
            len(found.uncovered),
        )
        lines.append(text % {"count": number(len(found.uncovered), 0)})
    lines.append(
        _("What they submitted stays and counts; drafts are kept, in case the reads come back to them.")
    )
    return tuple(lines)


@transaction.atomic
def role_goes(cohort: Cohort, reviewer: User, actor: User | None, now: datetime) -> None:
    """Give what somebody has not read to others, with the fewest changes, before the role of reviewer goes.

    Called by whoever takes the role away, who was asked for that right; their profile stays as it is, should they come
    back. Order: the reads; one audit event; a mail to each who got reads.
    """
    hold(cohort)
    if Role.REVIEWER not in roles_of(reviewer, cohort):
        return
    preview, moves = planned(cohort, reviewer, now, _LEAVES)
    if not preview.reads:
        return
    for table, mended in moves:
        carry_out(cohort, table, mended, now=now)
    log(
        cohort=cohort,
        actor=actor,
        verb="review.handed-over",
        subject=reviewer,
        now=now,
        change="role",
        handed_on=preview.handed_on,
        uncovered=len(preview.uncovered),
    )
