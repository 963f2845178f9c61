"""From mentor to impact: what happens to scholars."""

from typing import Literal

from pydantic import Field, model_validator

from tremplin.programmes.schema.application import Choice
from tremplin.programmes.schema.base import (
    Amount,
    Code,
    Currency,
    MomentText,
    Part,
    Words,
    minor_units,
    unique,
)


class FormQuestion(Part):
    """A question of a short form: check-in or survey."""

    code: Code
    kind: Literal["scale", "yes_no", "choice", "number", "long"]
    label: Words
    help: Words | None = None
    options: list[Choice] = []
    required: bool = True
    private: bool = Field(default=False, description="Read by organisers alone, never by the other side")


class CheckIn(Part):
    """One mirrored check-in: both sides answer the same questions about the same weeks."""

    code: Code
    due: MomentText
    title: Words


class MentoringPlan(Part):
    hours_a_week: int = Field(default=1, ge=1, le=20, description="What a mentor is asked to give")
    scholars_a_mentor: int = Field(default=1, ge=1, le=10)
    topics: list[Choice] = Field(
        default=[], description="What scholars and mentors may name to be matched on"
    )
    questions: list[FormQuestion] = Field(min_length=1, description="Asked of both sides at each check-in")
    checkins: list[CheckIn] = Field(min_length=1)

    @model_validator(mode="after")
    def _codes(self) -> "MentoringPlan":
        unique([question.code for question in self.questions], "question")
        unique([checkin.code for checkin in self.checkins], "check-in")
        return self


class Instalment(Part):
    """One payment. Its gate is a check-in of the scholar; a silent mentor never blocks it."""

    code: Code
    due: MomentText
    amount: Amount
    gate: Code | None = Field(
        default=None, description="Check-in that opens this payment; none: due on its date"
    )


class StipendPlan(Part):
    currency: Currency
    nature: Words = Field(description="What the payment is in law, signed off by finance")
    instalments: list[Instalment] = Field(min_length=1)
    extension_weeks: int = Field(
        default=5, ge=0, le=26, description="Longest extension that moves later dates"
    )

    @model_validator(mode="after")
    def _whole(self) -> "StipendPlan":
        unique([instalment.code for instalment in self.instalments], "instalment")
        for instalment in self.instalments:
            minor_units(instalment.amount, self.currency)
        return self

    def minor(self, instalment: Instalment) -> int:
        """The amount of `instalment` in minor units of the currency."""
        return minor_units(instalment.amount, self.currency)

    def total(self) -> int:
        """All instalments together, in minor units."""
        return sum(self.minor(instalment) for instalment in self.instalments)


class TrainingPlan(Part):
    weeks: int = Field(ge=1, le=60)
    style: Literal["self_written", "course_first", "project_first"] = "self_written"
    journal: Literal["weekly", "fortnightly", "free"] = "weekly"
    labs: list[Code] = Field(default=[], description="Labs of the curriculum offered to scholars")
    guide: Words = Field(description="How weeks go (Markdown)")


class Milestone(Part):
    code: Code
    due: MomentText
    title: Words
    help: Words | None = None


class ChecklistItem(Part):
    """One line of the publication checklist."""

    code: Code
    label: Words
    required: bool = True


class ProjectPlan(Part):
    milestones: list[Milestone] = Field(min_length=1)
    checklist: list[ChecklistItem] = Field(min_length=1)

    @model_validator(mode="after")
    def _codes(self) -> "ProjectPlan":
        unique([milestone.code for milestone in self.milestones], "milestone")
        unique([item.code for item in self.checklist], "checklist")
        return self


class ShowcasePlan(Part):
    lead: Words
    demo_day: bool = True
    place: Words | None = Field(default=None, description="Where the demo day is, or how to follow it")


class Survey(Part):
    code: Code
    due: MomentText
    title: Words


class ImpactPlan(Part):
    questions: list[FormQuestion] = Field(min_length=1)
    surveys: list[Survey] = Field(min_length=1)
    smallest_cell: int = Field(default=5, ge=3, le=50, description="Counts below this are never shown")

    @model_validator(mode="after")
    def _codes(self) -> "ImpactPlan":
        unique([question.code for question in self.questions], "question")
        unique([survey.code for survey in self.surveys], "survey")
        return self
