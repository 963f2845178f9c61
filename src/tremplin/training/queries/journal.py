"""Which posts a person may read."""

from django.db.models import Q, QuerySet

from tremplin.people.models import User
from tremplin.programmes.apart import roles_afterwards
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role
from tremplin.selection.models import Scholar
from tremplin.training.models import Audience, JournalEntry

COHORT_READERS = frozenset({Role.ORGANISER, Role.OBSERVER, Role.MENTOR, Role.SCHOLAR})


def visible_entries(actor: User, cohort: Cohort) -> QuerySet[JournalEntry]:
    """Shared entries of the cohort for its people, and one's own drafts. Newest week first."""
    shared = Q(audience__in=[Audience.COHORT, Audience.PUBLIC])
    readers = roles_afterwards(actor, cohort) & COHORT_READERS
    entries = JournalEntry.objects.filter(scholar__cohort=cohort).select_related("scholar__user")
    return entries.filter((shared if readers else Q(pk__in=[])) | Q(scholar__user=actor)).order_by(
        "-week", "pk"
    )


def public_entries(cohort: Cohort) -> QuerySet[JournalEntry]:
    """What everybody may read, newest first."""
    return (
        JournalEntry.objects.filter(scholar__cohort=cohort, audience=Audience.PUBLIC)
        .select_related("scholar__user")
        .order_by("-week", "pk")
    )


def posts_by_week(actor: User, scholar: Scholar) -> dict[int, JournalEntry]:
    """The posts of `scholar` that `actor` may read, by week."""
    return {entry.week: entry for entry in visible_entries(actor, scholar.cohort).filter(scholar=scholar)}
