"""What several deeds begin with."""

from datetime import datetime

from django.utils.translation import gettext as _

from tremplin.core.errors import Conflict, NotAllowed
from tremplin.core.prepared import Prepared
from tremplin.people.models import User
from tremplin.programmes import mail
from tremplin.programmes.apart import require_judge
from tremplin.programmes.http import cohort_url
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role, require
from tremplin.review.models import Assignment, ReadingClosed
from tremplin.review.queries.mine import UNSEEN


def hold(cohort: Cohort) -> None:
    """Make deeds that give out what a cohort has only once (reads, places) wait for one another.

    Take it before any other lock, and read only afterwards: what was read before may be old.
    """
    Cohort.objects.select_for_update().only("pk").get(pk=cohort.pk)


def require_open(cohort: Cohort) -> None:
    """Raises Conflict once the reading is closed, because decisions are made."""
    if ReadingClosed.objects.filter(cohort=cohort).exists():
        raise Conflict(
            _("The decisions are made, so the reading is closed."),
            _("What was read is still there to look at."),
        )


_HELD = Prepared(
    lambda pk: (
        Assignment.objects.select_for_update(of=("self",))
        .select_related("application")
        .defer(*UNSEEN)
        .filter(pk=pk)
    ),
    int,
)


def own(assignment: Assignment, actor: User, *, organisers_too: bool = False) -> Assignment:
    """The stored assignment, locked. Raises NotAllowed unless it is `actor`'s own (or an organiser asks)."""
    cohort = assignment.cohort
    [held] = _HELD(assignment.pk)
    held.cohort = cohort
    if held.reviewer_id == actor.pk:
        require(actor, cohort, Role.REVIEWER)
    elif organisers_too:
        require_judge(actor, cohort, Role.ORGANISER)
    else:
        raise NotAllowed(_("Only the reviewer whom it was given to can do this."))
    return held


def tell_taken_back(cohort: Cohort, reviewer: User, *, because: str, now: datetime) -> None:
    """Tell a reviewer, once for `because`, that others read on and that nothing they wrote is lost."""
    mail.send(
        cohort=cohort,
        code="review-taken-back",
        to=reviewer,
        values={"link": cohort_url(cohort, "review:queue")},
        now=now,
        key=f"review-taken-back:{reviewer.ref}:{because}",
    )
