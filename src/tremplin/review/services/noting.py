"""Content notes: a text that speaks of something hard says so before it opens, and may be passed on unasked."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tremplin.applications.models import Application
from tremplin.core.errors import Conflict, Invalid, NotAllowed
from tremplin.people.models import User
from tremplin.programmes.apart import require_judge
from tremplin.programmes.log import log
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role
from tremplin.review.models import Assignment, AssignmentState, ContentNote, Hard, Review
from tremplin.review.services.common import hold, own
from tremplin.review.services.handing import hand_on


@transaction.atomic
def note_content(*, assignment: Assignment, actor: User, now: datetime, kinds: Collection[str]) -> list[str]:
    """Say what the text of a read speaks of; the kinds that now stand. What somebody else noted stays.

    Order: permission, the notes, the audit event. Raises NotAllowed; Invalid for an unknown kind.
    """
    held = own(assignment, actor)
    by_others = ContentNote.objects.filter(application=held.application_id).exclude(noted_by=actor.ref)
    kept = set(by_others.values_list("kind", flat=True))
    return _set(held.cohort, held.application, actor, now, {*kinds, *kept})


@transaction.atomic
def set_content_notes(
    *, cohort: Cohort, application: Application, actor: User, now: datetime, kinds: Collection[str]
) -> list[str]:
    """That, by an organiser, who may also take back what others noted. Raises NotAllowed, Invalid."""
    require_judge(actor, cohort, Role.ORGANISER)
    if application.applicant_id == actor.pk:
        raise NotAllowed(_("Somebody else must note this."))
    return _set(cohort, application, actor, now, set(kinds))


def _set(
    cohort: Cohort, application: Application, actor: User, now: datetime, kinds: Collection[str]
) -> list[str]:
    if not set(kinds) <= set(Hard.values):
        raise Invalid({"kinds": [_("Choose from the list.")]})
    rows = ContentNote.objects.filter(application=application.pk)
    before = set(rows.values_list("kind", flat=True))
    if before != set(kinds):
        rows.exclude(kind__in=kinds).delete()
        for kind in sorted(set(kinds) - before):
            ContentNote.objects.create(
                application_id=application.pk, kind=kind, noted_by=actor.ref, created_at=now
            )
        log(cohort=cohort, actor=actor, verb="review.content-noted", subject=application, now=now)
    return [kind for kind in Hard.values if kind in kinds]


@transaction.atomic
def pass_on(*, assignment: Assignment, actor: User, now: datetime) -> bool:
    """Hand on a read whose text speaks of something hard; whether somebody else was found at once.

    Nobody is asked why, and the same text is not offered to them again.

    Order: permission; the text carries a note; draft and read are closed; another reviewer; the audit event.
    Raises NotAllowed; Conflict when it was submitted, or no note stands.
    """
    hold(assignment.cohort)
    held = own(assignment, actor)
    if held.state == AssignmentState.PASSED:
        return True
    if held.state != AssignmentState.ASSIGNED:
        raise Conflict(
            _("This read is finished, so it cannot be passed on."),
            _("Write to the organisers: they can leave it out."),
        )
    if not ContentNote.objects.filter(application=held.application_id).exists():
        raise Conflict(_("Say first what the text speaks of, so that the next reader knows before it opens."))
    Review.objects.filter(assignment=held).delete()
    held.state, held.closed_at = AssignmentState.PASSED, now
    held.save(update_fields=["state", "closed_at"])
    found = hand_on(cohort=held.cohort, freed=[held], now=now)
    log(
        cohort=held.cohort, actor=actor, verb="review.passed-on", subject=held, now=now, handed_on=bool(found)
    )
    return bool(found)
