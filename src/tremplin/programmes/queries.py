"""What people can see of programmes."""

from datetime import datetime

from django.db.models import Prefetch, QuerySet

from tremplin.people.models import User
from tremplin.programmes.models import Cohort, Membership, Programme, ProgrammeVersion
from tremplin.programmes.roles import Role
from tremplin.programmes.rules import AUDIENCE


def cohort_at(institution: str, programme: str, cohort: str) -> Cohort | None:
    """The cohort at an address, with all that its pages need, in two queries."""
    return (
        Cohort.objects.select_related("programme__institution", "version")
        .prefetch_related("date_rows")
        .filter(programme__institution__slug=institution, programme__slug=programme, slug=cohort)
        .first()
    )


def cohorts_of(user: User) -> QuerySet[Cohort]:
    """The cohorts in which `user` holds a role, newest first."""
    held = Membership.objects.filter(user=user).values("cohort")
    return _with_dates().filter(pk__in=held).order_by("-created_at")


def open_calls(now: datetime) -> QuerySet[Cohort]:
    """Calls that anybody may answer now, soonest deadline first. Rehearsals stay among those who run them."""
    return (
        _with_dates()
        .filter(rehearsal=False, date_rows__code="call_closes", date_rows__at__gte=now)
        .exclude(
            pk__in=Cohort.objects.filter(date_rows__code="call_opens", date_rows__at__gt=now).values("pk")
        )
        .order_by("date_rows__at")
    )


def people_with(cohort: Cohort, role: Role) -> QuerySet[User]:
    """Those who hold `role` in `cohort`, by name."""
    held = Membership.objects.filter(cohort=cohort, role=role).values("user")
    return User.objects.filter(pk__in=held).order_by("name", "pk")


def concerned_by(cohort: Cohort, code: str) -> QuerySet[User]:
    """Those whom the date `code` concerns, by their role."""
    held = Membership.objects.filter(cohort=cohort, role__in=AUDIENCE[code]).values("user")
    return User.objects.filter(pk__in=held, is_active=True).order_by("pk")


def latest_version(institution: str, programme: str) -> ProgrammeVersion | None:
    """The file in force of the programme at an address."""
    versions = ProgrammeVersion.objects.select_related("programme__institution")
    at = versions.filter(programme__institution__slug=institution, programme__slug=programme)
    return at.order_by("-number").first()


def all_programmes() -> QuerySet[Programme]:
    """Every programme with its cohorts and their dates, for an administrator."""
    cohorts = Cohort.objects.prefetch_related("date_rows").order_by("slug")
    return (
        Programme.objects.select_related("institution")
        .prefetch_related("versions", Prefetch("cohorts", cohorts))
        .order_by("institution__slug", "slug")
    )


def _with_dates() -> QuerySet[Cohort]:
    return Cohort.objects.select_related("programme__institution", "version").prefetch_related("date_rows")


def cohorts_in_progress(now: datetime) -> QuerySet[Cohort]:
    """Cohorts whose call has opened and whose follow-up has not ended. Rehearsals keep their own time."""
    ended = Cohort.objects.filter(date_rows__code="follow_up_ends", date_rows__at__lt=now).values("pk")
    opened = Cohort.objects.filter(date_rows__code="call_opens", date_rows__at__lte=now).values("pk")
    return _with_dates().filter(rehearsal=False, pk__in=opened).exclude(pk__in=ended).order_by("pk")
