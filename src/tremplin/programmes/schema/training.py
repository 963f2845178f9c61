"""From mentor to impact: what happens to scholars."""

from typing import Literal

from django.utils.translation import gettext as _
from pydantic import Field, model_validator

from tremplin.programmes.schema.application import Choice, country_codes
from tremplin.programmes.schema.base import Amount, Code, Currency, MomentText, Part, Words, minor_units
from tremplin.programmes.schema.faults import Faults
from tremplin.programmes.schema.labs import lab_codes
from tremplin.programmes.schema.suggest import suggestion


class FormQuestion(Part):
    """A question of a short form: check-in or survey."""

    code: Code = Field(description="Under this name the answer is stored and exported")
    kind: Literal["scale", "yes_no", "choice", "number", "long"] = Field(
        description="What kind of answer it takes; a scale runs from 1 to 5"
    )
    label: Words = Field(description="The question")
    help: Words | None = Field(
        default=None, description="A line under the question; for a scale, what 1 and 5 mean"
    )
    options: list[Choice] = Field(default=[], description="The answers of a choice")
    required: bool = Field(default=True, description="Whether the form can be sent without an answer")
    private: bool = Field(default=False, description="Read by organisers alone, never by the other side")

    @model_validator(mode="after")
    def _whole(self) -> "FormQuestion":
        faults = Faults()
        faults.unique([option.code for option in self.options], "options")
        if self.kind == "choice" and len(self.options) < 2:
            faults.at("options", message=_("a choice needs at least two answers"))
        if self.kind != "choice" and self.options:
            message = _("this means something for the kinds %(kinds)s only: take it out") % {
                "kinds": "choice"
            }
            faults.at("options", message=message)
        faults.raise_any()
        return self


class CheckIn(Part):
    """One mirrored check-in: both sides answer the same questions about the same weeks."""

    code: Code = Field(description="Short name; a payment may wait for it")
    due: MomentText = Field(description="When answers are due")
    title: Words = Field(description="What both sides call it")


class MentoringPlan(Part):
    """How scholars and mentors are matched and heard."""

    hours_a_week: int = Field(
        default=1, ge=1, le=20, description="Hours a week that a mentor is asked to give"
    )
    scholars_a_mentor: int = Field(
        default=1, ge=1, le=10, description="Most scholars that one mentor may have"
    )
    topics: list[Choice] = Field(
        default=[], description="What scholars and mentors may name to be matched on"
    )
    questions: list[FormQuestion] = Field(min_length=1, description="Asked of both sides at each check-in")
    checkins: list[CheckIn] = Field(min_length=1, description="When both sides are asked")

    @model_validator(mode="after")
    def _codes(self) -> "MentoringPlan":
        faults = Faults()
        faults.unique([topic.code for topic in self.topics], "topics")
        faults.unique([question.code for question in self.questions], "questions")
        faults.unique([checkin.code for checkin in self.checkins], "checkins")
        faults.raise_any()
        return self


class Instalment(Part):
    """One payment. Its gate is a check-in of the scholar; a silent mentor never blocks it."""

    code: Code = Field(description="Short name, in the ledger")
    due: MomentText = Field(description="When it is due")
    amount: Amount = Field(description='Major units as text, such as "1000.00"')
    gate: Code | None = Field(
        default=None, description="Check-in that opens this payment; none: due on its date"
    )


class StipendPlan(Part):
    """What scholars are paid, and when."""

    currency: Currency = Field(description="ISO 4217 code such as EUR")
    nature: Words = Field(description="What the payment is in law, signed off by finance")
    where: Words | None = Field(
        default=None, description="Where and how it can be paid, and where not, before anybody applies"
    )
    unpayable: list[str] = Field(
        default=[],
        description="Countries (ISO 3166 codes) to which it cannot be paid, for sanctions or for want of a way: the "
        "call and the question about the country say so. Ask finance; such lists move",
    )
    instalments: list[Instalment] = Field(min_length=1, description="The payments, in order")
    extension_weeks: int = Field(
        default=5, ge=0, le=26, description="Longest extension, in weeks, that moves later dates"
    )

    @model_validator(mode="after")
    def _whole(self) -> "StipendPlan":
        faults = Faults()
        faults.unique([instalment.code for instalment in self.instalments], "instalments")
        for position, country in enumerate(self.unpayable):
            if country not in country_codes():
                faults.at("unpayable", position, message=_("write an ISO 3166 country code such as FR"))
        for position, instalment in enumerate(self.instalments):
            try:
                minor = minor_units(instalment.amount, self.currency)
            except ValueError as error:
                faults.at("instalments", position, "amount", message=str(error))
            else:
                if not minor:
                    faults.at(
                        "instalments", position, "amount", message=_("a payment of nothing: take it out")
                    )
        faults.raise_any()
        return self

    def minor(self, instalment: Instalment) -> int:
        """The amount of `instalment` in minor units of the currency."""
        return minor_units(instalment.amount, self.currency)

    def total(self) -> int:
        """All instalments together, in minor units."""
        return sum(self.minor(instalment) for instalment in self.instalments)


class TrainingPlan(Part):
    """How scholars learn."""

    weeks: int = Field(ge=1, le=60, description="Weeks of training")
    style: Literal["self_written", "course_first", "project_first"] = Field(
        default="self_written", description="The syllabus that scholars start from"
    )
    journal: Literal["weekly", "fortnightly", "free"] = Field(
        default="weekly", description="How often scholars write down their work"
    )
    labs: list[Code] = Field(default=[], description="Labs of the curriculum offered to scholars")
    guide: Words = Field(description="How weeks go (Markdown)")

    @model_validator(mode="after")
    def _codes(self) -> "TrainingPlan":
        faults = Faults()
        faults.unique(self.labs, "labs", key="")
        known = lab_codes()
        for position, code in enumerate(self.labs):
            if code not in known:
                message = _("there is no such lab: use some of %(known)s") % {
                    "known": ", ".join(sorted(known))
                }
                faults.at("labs", position, message=message + suggestion(code, known))
        faults.raise_any()
        return self


class Milestone(Part):
    """A step of the project with a date."""

    code: Code = Field(description="Short name")
    due: MomentText = Field(description="When it is due")
    title: Words = Field(description="What it is called")
    help: Words | None = Field(default=None, description="What is expected (Markdown)")


class ChecklistItem(Part):
    """One line of the publication checklist."""

    code: Code = Field(description="Short name")
    label: Words = Field(description="What must be there")
    required: bool = Field(default=True, description="Whether a project may be published without it")


class ProjectPlan(Part):
    """From proposal to publication."""

    milestones: list[Milestone] = Field(min_length=1, description="The steps, in order")
    checklist: list[ChecklistItem] = Field(
        min_length=1, description="What a project needs before it is public"
    )

    @model_validator(mode="after")
    def _codes(self) -> "ProjectPlan":
        faults = Faults()
        faults.unique([milestone.code for milestone in self.milestones], "milestones")
        faults.unique([item.code for item in self.checklist], "checklist")
        faults.raise_any()
        return self


class ShowcasePlan(Part):
    """What the public sees."""

    lead: Words = Field(description="First words of the public page")
    demo_day: bool = Field(default=True, description="Whether there is a demo day")
    place: Words | None = Field(default=None, description="Where the demo day is, or how to follow it")


class Survey(Part):
    """One round of questions about what came after."""

    code: Code = Field(description="Short name")
    due: MomentText = Field(description="When it opens")
    title: Words = Field(description="What it is called")


class ImpactPlan(Part):
    """What is asked of people after the programme, chosen or not."""

    questions: list[FormQuestion] = Field(min_length=1, description="Asked in each survey")
    surveys: list[Survey] = Field(min_length=1, description="When people are asked")
    smallest_cell: int = Field(default=5, ge=3, le=50, description="Counts below this are never shown")

    @model_validator(mode="after")
    def _codes(self) -> "ImpactPlan":
        faults = Faults()
        faults.unique([question.code for question in self.questions], "questions")
        faults.unique([survey.code for survey in self.surveys], "surveys")
        faults.raise_any()
        return self
