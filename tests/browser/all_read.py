"""Brings the demonstration's open selection to the day of decisions: everybody is read, and two organisers are there.

Run by the settings of a demonstration: python -m tests.browser.all_read PROGRAMME COHORT.
"""

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tremplin.web.settings")


def main(programme: str, slug: str) -> None:
    """Send every read that is out, give out what is missing, and make the observer an organiser."""
    django.setup()
    from tremplin.core import clock
    from tremplin.people.models import User
    from tremplin.programmes import services
    from tremplin.programmes.models import Cohort
    from tremplin.programmes.queries import people_with
    from tremplin.programmes.roles import Role

    now = clock.now()
    cohort = Cohort.objects.get(programme__slug=programme, slug=slug)
    organiser = next(
        user for user in people_with(cohort, Role.ORGANISER) if user.email.startswith("organiser@")
    )
    second = User.objects.get(email="observer@demo.example.org")
    services.grant(user=second, cohort=cohort, role=Role.ORGANISER, actor=organiser, now=now)
    finish(cohort, organiser, now)


def finish(cohort, organiser, now) -> None:  # type: ignore[no-untyped-def]
    """Every application read as often as planned."""
    from tremplin.review import queries, services
    from tremplin.review.models import Assignment, AssignmentState
    from tremplin.review.plan import review_plan

    services.assign(cohort=cohort, actor=organiser, now=now)
    rows = Assignment.objects.filter(cohort=cohort, state=AssignmentState.ASSIGNED)
    for row in rows.select_related("application", "reviewer").order_by("pk"):
        row.cohort = cohort
        page = queries.page_of(row)
        scores = {
            criterion.code: str(
                criterion.levels[(row.application_id + row.pk % 2) % len(criterion.levels)].score
            )
            for criterion in review_plan(cohort).criteria
        }
        services.submit_review(
            assignment=row,
            actor=row.reviewer,
            now=now,
            shown=page.shown,
            expected_version=page.version,
            scores=scores,
            comment="Clear, and honest about what did not work.",
            seconds=420,
        )


if __name__ == "__main__":
    main(*sys.argv[1:])
