"""Programmes, their editions, their dates, and the roles that people hold in them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cached_property
from typing import ClassVar

from django.conf import settings
from django.db import models

from tremplin.core.models import Record
from tremplin.people.models import Institution
from tremplin.programmes import file
from tremplin.programmes.roles import Role
from tremplin.programmes.schema import DATE_CODES, Plan
from tremplin.programmes.schema.profile import Profile, load_profile


class Programme(Record):
    """A scholars programme of an institution; its editions are cohorts."""

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="programmes")
    slug = models.SlugField(max_length=60)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["institution", "slug"], name="one_programme_a_slug")
        ]


class ProgrammeVersion(models.Model):
    """One text of the programme file, as applied. Never changed: a change is a new version."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    text = models.TextField()
    checksum = models.CharField(max_length=64)
    applied_at = models.DateTimeField()
    applied_by = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering: ClassVar = ["programme", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["programme", "number"], name="one_version_a_number")
        ]

    @cached_property
    def plan(self) -> Plan:
        """The validated plan. Reading takes a hundredth of a second, so plans are shared between requests.

        The text itself is fetched only when its plan is not at hand: see `queries._with_dates`.
        """
        plan = _PLANS.get(self.checksum)
        if plan is None:
            if len(_PLANS) >= 64:
                _PLANS.clear()
            plan = _PLANS[self.checksum] = file.read(self.text)
        return plan


_PLANS: dict[str, Plan] = {}


class Cohort(Record):
    """One edition of a programme, with its own dates, people and money."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="cohorts")
    version = models.ForeignKey(ProgrammeVersion, on_delete=models.PROTECT, related_name="cohorts")
    slug = models.SlugField(max_length=60)
    title = models.CharField(max_length=120, blank=True)
    rehearsal = models.BooleanField(default=False)
    """Whether it is hidden from the lists of calls, as a trial."""
    invented = models.BooleanField(default=False)
    """Whether nobody real stands in it, hidden or shown, so that nothing in it has to go."""
    first_day = models.DateTimeField()
    """From which the dates of the file count; the date “call_opens” falls on it unless somebody moved it."""
    jurisdiction = models.CharField(max_length=60)
    jurisdiction_version = models.PositiveSmallIntegerField()
    """The profile that this cohort keeps, whatever later releases of Tremplin bring."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["programme", "slug"], name="one_cohort_a_slug")
        ]

    @property
    def plan(self) -> Plan:
        return self.version.plan

    @property
    def institution(self) -> Institution:
        return self.programme.institution

    @property
    def profile(self) -> Profile:
        """The jurisdiction profile, in the version that this cohort was set up with."""
        return load_profile(self.jurisdiction, self.jurisdiction_version)

    @property
    def scope(self) -> str:
        """Whose audit log and mail this cohort's events are."""
        return f"{self.institution.slug}/{self.programme.slug}/{self.slug}"

    @cached_property
    def dates(self) -> dict[str, datetime]:
        """All named dates, in the order of the journey."""
        return in_order({row.code: row.at for row in self.date_rows.all()})

    def forget_dates(self) -> None:
        """Read the dates anew when they are next asked for."""
        self.__dict__.pop("dates", None)
        getattr(self, "_prefetched_objects_cache", {}).pop("date_rows", None)

    def date(self, code: str) -> datetime:
        """The named date. Raises KeyError for a date that this programme does not have."""
        return self.dates[code].astimezone(UTC)


def in_order(dates: Mapping[str, datetime]) -> dict[str, datetime]:
    """Named dates in the order of the journey."""
    return {code: dates[code] for code in DATE_CODES if code in dates}


class CohortDate(models.Model):
    """When a named date falls in this cohort; organisers may move it."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="date_rows")
    code = models.CharField(max_length=40)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cohort", "code"], name="one_date_a_code"),
            models.CheckConstraint(condition=models.Q(code__in=DATE_CODES), name="known_date_code"),
        ]


class Membership(Record):
    """A person's role in a cohort."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role.choices)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "cohort", "role"], name="one_role_once"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="known_role"),
            models.UniqueConstraint(
                fields=["user", "cohort"],
                condition=models.Q(role__in=("reviewer", "officer")),
                name="no_officer_reads",
            ),
        ]


class Recusal(Record):
    """Somebody who oversees a cohort stands apart from its selection because they said so: nobody is named by it.

    `tied`: because they know an applicant.
    """

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="recusals")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="recusals")
    tied = models.BooleanField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cohort", "user"], name="one_recusal_a_person")
        ]


class FrozenTally(Record):
    """The figures of one stage of a cohort, counted before the data about people went. Numbers and nothing else."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="frozen_tallies")
    stage = models.CharField(max_length=40)
    figures = models.JSONField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cohort", "stage"], name="one_frozen_tally_a_stage")
        ]
