"""The demonstration: four editions of one programme at four moments, and one account for each role."""

from collections.abc import Callable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F

from tremplin.applications.models import Application, ApplicationState
from tremplin.mentoring.models import Pairing
from tremplin.people.models import Institution, User
from tremplin.programmes.models import Cohort
from tremplin.programmes.queries import people_with
from tremplin.programmes.roles import Role
from tremplin.rehearsal import scenarios
from tremplin.rehearsal.editions import Edition, editions
from tremplin.rehearsal.services import Progress
from tremplin.review.models import Assignment, AssignmentState
from tremplin.selection.models import Scholar, ScholarState

PASSWORD = "springboard-demo"  # noqa: S105 - shown on purpose: these accounts exist in a demonstration alone
DOMAIN = "demo.example.org"
INSTITUTION, NAME = "institute", "Springboard Institute"
STAFF_SEED = 1
TWO_SIGN = (Role.ORGANISER, Role.FINANCE)  # decisions and payments need two people, so a visitor plays both


def build(
    *, text: str, applicants: int, now: datetime, progress: Callable[[Edition], Progress]
) -> list[Cohort]:
    """Rehearse every edition, then hand one account of each role to the visitor."""
    cohorts = []
    for edition in editions(now):
        found = scenarios.build(
            edition.moment,
            text=text,
            institution=INSTITUTION,
            institution_name=NAME,
            cohort=edition.slug,
            now=now,
            applicants=max(12, round(applicants * edition.share)),
            seed=edition.seed,
            staff_seed=STAFF_SEED,
            progress=progress(edition),
        )
        cohorts.append(found.cohort)
    hand_over(cohorts)
    return cohorts


def is_built() -> bool:
    """Whether the demonstration has been made to the end."""
    return User.objects.filter(email=f"organiser@{DOMAIN}").exists()


def begun() -> bool:
    """Whether making it was begun and broken off."""
    return Institution.objects.filter(slug=INSTITUTION).exists() and not is_built()


@transaction.atomic
def hand_over(cohorts: Sequence[Cohort]) -> dict[Role, User]:
    """Give the visitor one of the invented people for each role: theirs is an address and a known password."""
    _finished, training, reading, calling = cohorts
    scholar = Scholar.objects.filter(cohort=training, state=ScholarState.ENROLLED).order_by("pk").first()
    pairing = (
        Pairing.objects.filter(scholar=scholar, ended_at__isnull=True).select_related("mentor__user").first()
    )
    chosen: dict[Role, User | None] = {
        Role.ORGANISER: people_with(training, Role.ORGANISER).order_by("pk").first(),
        Role.REVIEWER: _busy_reviewer(reading),
        Role.APPLICANT: _writer(calling),
        Role.MENTOR: pairing.mentor.user if pairing else people_with(training, Role.MENTOR).first(),
        Role.SCHOLAR: scholar.user if scholar else None,
        Role.FINANCE: people_with(training, Role.FINANCE).order_by("-pk").first(),
        Role.OBSERVER: people_with(training, Role.OBSERVER).first(),
        Role.OFFICER: people_with(calling, Role.OFFICER).first(),
    }
    given = {role: _given(user, str(role)) for role, user in chosen.items() if user is not None}
    for role in TWO_SIGN:
        others = people_with(reading, role).exclude(pk__in=[user.pk for user in given.values()])
        if second := others.order_by("pk").first():
            _given(second, f"{role}-2")
    return given


def _given(user: User, name: str) -> User:
    user.email, user.language = f"{name}@{DOMAIN}", "en"
    user.set_password(PASSWORD)
    user.save()
    return user


def _busy_reviewer(cohort: Cohort) -> User | None:
    """A reviewer who still has something to read."""
    waiting = Assignment.objects.filter(cohort=cohort, state=AssignmentState.ASSIGNED)
    row = waiting.select_related("reviewer").order_by("pk").first()
    return row.reviewer if row else people_with(cohort, Role.REVIEWER).first()


def _writer(cohort: Cohort) -> User | None:
    """Someone in the middle of a draft, who has written most of it."""
    drafts = Application.objects.filter(cohort=cohort, state=ApplicationState.DRAFT).select_related(
        "applicant"
    )
    row = drafts.annotate(saves=F("version")).order_by("-saves", "pk").first()
    return row.applicant if row else None
