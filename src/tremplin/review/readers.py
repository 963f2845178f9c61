"""Who reads in a cohort and what they said of themselves, asked for once a page."""

from tremplin.core.recall import recall
from tremplin.people.models import User
from tremplin.programmes.models import Cohort
from tremplin.programmes.queries import people_with
from tremplin.programmes.roles import Role
from tremplin.review.models import ReviewerProfile


def reviewers(cohort: Cohort) -> list[User]:
    """Everybody who holds the role, by name."""
    return recall(("reviewers", cohort.pk), lambda: list(people_with(cohort, Role.REVIEWER)))


def profiles(cohort: Cohort) -> dict[int, ReviewerProfile]:
    """What reviewers said of themselves, by their keys."""
    return recall(
        ("reviewer profiles", cohort.pk),
        lambda: {row.reviewer_id: row for row in ReviewerProfile.objects.filter(cohort=cohort)},
    )
