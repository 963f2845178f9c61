"""The whole programme file."""

from typing import Literal

from pydantic import Field, model_validator

from tremplin.programmes.schema.application import ApplicationForm, EligibilityQuestion
from tremplin.programmes.schema.base import DateCode, DateText, Moment, Part, Stage
from tremplin.programmes.schema.checks import check
from tremplin.programmes.schema.programme import CohortPlan, JurisdictionPlan, MailText, ProgrammePlan
from tremplin.programmes.schema.selection import OfferPlan, ReviewPlan, SelectionPlan
from tremplin.programmes.schema.training import (
    ImpactPlan,
    MentoringPlan,
    ProjectPlan,
    ShowcasePlan,
    StipendPlan,
    TrainingPlan,
)

SCHEMA_VERSION = 1


class Plan(Part):
    """One programme, as its file says it. All stages read their part of this and nothing else."""

    format: Literal[1] = Field(alias="schema", description="Version of this schema: 1")
    stages: list[Stage] = Field(description="Stages that this programme runs; application is always one")
    programme: ProgrammePlan = Field(description="What the programme is")
    cohort: CohortPlan = Field(description="What each edition offers")
    jurisdiction: JurisdictionPlan = Field(description="Which law applies")
    dates: dict[DateCode, DateText] = Field(
        description='Named dates, counted from the first day ("5w", "33d"), perhaps with an hour ("33d 18:00")'
    )
    eligibility: list[EligibilityQuestion] = Field(default=[], description="Doors before the form")
    application: ApplicationForm = Field(description="The form")
    review: ReviewPlan | None = Field(default=None, description="Reading")
    selection: SelectionPlan | None = Field(default=None, description="Choosing")
    offer: OfferPlan | None = Field(default=None, description="Offering a place")
    mentoring: MentoringPlan | None = Field(default=None, description="Mentors and check-ins")
    stipend: StipendPlan | None = Field(default=None, description="Payments")
    training: TrainingPlan | None = Field(default=None, description="Learning")
    project: ProjectPlan | None = Field(default=None, description="Projects")
    showcase: ShowcasePlan | None = Field(default=None, description="The public page")
    impact: ImpactPlan | None = Field(default=None, description="What came after")
    mails: list[MailText] = Field(default=[], description="Mails in the programme's own words")

    def runs(self, stage: str) -> bool:
        """Whether this programme runs `stage`."""
        return stage in self.stages

    def moment(self, code: str) -> Moment | None:
        """What the file says of the named date `code`."""
        return next((moment for known, moment in self.dates.items() if known == code), None)

    @property
    def opened(self) -> frozenset[str]:
        """Codes of the questions whose answers a second pass of reading opens; empty where there is none."""
        second = self.review.second_pass if self.review and self.runs("review") else None
        return frozenset(second.opens) if second else frozenset()

    @model_validator(mode="after")
    def _whole(self) -> "Plan":
        check({name: getattr(self, name) for name in type(self).model_fields}).raise_any()
        return self
