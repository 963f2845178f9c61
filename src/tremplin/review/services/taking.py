"""A reviewer who has time for more takes over what others have not begun."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tremplin.core.errors import Conflict
from tremplin.people.models import User
from tremplin.programmes.log import log
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role, require
from tremplin.review import queries
from tremplin.review.models import Assignment, AssignmentState
from tremplin.review.services.common import hold, require_open
from tremplin.review.services.giving import give
from tremplin.review.table import load

MORE = 10
_LOOKED_AT = 5 * MORE  # so many are looked at more closely: some may be tied


@transaction.atomic
def take_more(*, cohort: Cohort, actor: User, now: datetime) -> int:
    """Give a reviewer up to ten reads that lie, not begun, with others: of people whom nobody has read first, from
    whoever has most left. How many they are.

    Order: permission; the reads go from the others and to this reviewer; one audit event. Nobody is written to: who
    asked knows, and who has fewer has less to do. Raises NotAllowed; Conflict once the reading is closed, for somebody
    who has applied, and when there is nothing (any more) to take.
    """
    require(actor, cohort, Role.REVIEWER)
    hold(cohort)
    require_open(cohort)
    offered = queries.offers(cohort, actor)[:_LOOKED_AT]
    table = load(cohort, now=now, only={str(one.application) for one in offered})
    code = str(actor.pk)
    if code in table.applied:
        raise Conflict(_("You have applied yourself, so you read nobody in this cohort."))
    barred = table.barred | table.seen
    taken = [one for one in offered if (str(one.application), code) not in barred][:MORE]
    if not taken:
        raise Conflict(
            _("There is nothing for you to take over just now."),
            _("What is left has been begun by others, or is not for you to read."),
        )
    Assignment.objects.filter(pk__in=[one.key for one in taken]).update(
        state=AssignmentState.RELEASED, closed_at=now
    )
    for pass_number in sorted({one.pass_number for one in taken}):
        pairs = [(str(one.application), code) for one in taken if one.pass_number == pass_number]
        give(cohort, pairs, now, pass_number=pass_number)
    log(cohort=cohort, actor=actor, verb="review.taken-over", subject=cohort, now=now, reads=len(taken))
    return len(taken)
