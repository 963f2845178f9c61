"""The whole programme file."""

from collections.abc import Iterator
from typing import Any, Literal

from pydantic import BaseModel, Field, model_validator

from tremplin.programmes.schema.application import ApplicationForm, EligibilityQuestion
from tremplin.programmes.schema.base import DATE_CODES, DateCode, MomentText, Part, Stage, unique
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
_NEEDS = {
    "eligibility": "eligibility",
    "review": "review",
    "selection": "selection",
    "mentoring": "mentoring",
    "stipends": "stipend",
    "training": "training",
    "projects": "project",
    "showcase": "showcase",
    "impact": "impact",
}


class Plan(Part):
    """One programme, as its file says it. All stages read their part of this and nothing else."""

    format: Literal[1] = Field(alias="schema", description="Version of this schema")
    stages: list[Stage] = Field(description="Stages that this programme runs; application is always one")
    programme: ProgrammePlan
    cohort: CohortPlan
    jurisdiction: JurisdictionPlan
    dates: dict[DateCode, MomentText]
    eligibility: list[EligibilityQuestion] = []
    application: ApplicationForm
    review: ReviewPlan | None = None
    selection: SelectionPlan | None = None
    offer: OfferPlan | None = None
    mentoring: MentoringPlan | None = None
    stipend: StipendPlan | None = None
    training: TrainingPlan | None = None
    project: ProjectPlan | None = None
    showcase: ShowcasePlan | None = None
    impact: ImpactPlan | None = None
    mails: list[MailText] = []

    def runs(self, stage: str) -> bool:
        """Whether this programme runs `stage`."""
        return stage in self.stages

    @model_validator(mode="after")
    def _whole(self) -> "Plan":
        unique(list(self.stages), "stage")
        unique([question.code for question in self.eligibility], "eligibility question")
        unique([mail.code for mail in self.mails], "mail")
        self._check_stages()
        self._check_dates()
        self._check_gates()
        self._check_languages()
        return self

    def _check_stages(self) -> None:
        for stage, part in _NEEDS.items():
            if self.runs(stage) and not getattr(self, part):
                raise ValueError(
                    f"stages names “{stage}” but the part [{part}] is missing: add it or leave out the stage"
                )
        if self.runs("selection") and not (self.runs("review") and self.offer):
            raise ValueError("selection needs the stage “review” and the part [offer]")
        if self.runs("mentoring") and not self.runs("selection"):
            raise ValueError("mentoring needs the stage “selection”: there are no scholars without it")

    def _check_dates(self) -> None:
        missing = [
            code for code in ("call_closes", "training_starts", "training_ends") if code not in self.dates
        ]
        if missing:
            raise ValueError(f"dates: {', '.join(missing)} missing")
        for code, moment in self.dates.items():
            if moment.anchor == code and code != "call_opens":
                raise ValueError(f"dates.{code} counts from itself")
            if moment.anchor != "call_opens":
                raise ValueError(f'dates.{code} must count from the opening, such as "5w"')
        order = [self.dates[code].offset for code in DATE_CODES if code in self.dates]
        if order != sorted(order):
            raise ValueError(f"dates must follow one another in this order: {', '.join(DATE_CODES)}")

    def _check_gates(self) -> None:
        if not self.stipend:
            return
        known = {checkin.code for checkin in self.mentoring.checkins} if self.mentoring else set()
        for instalment in self.stipend.instalments:
            if instalment.gate and instalment.gate not in known:
                raise ValueError(
                    f"stipend instalment “{instalment.code}” waits for the check-in “{instalment.gate}”, "
                    "which [mentoring] does not have"
                )

    def _check_languages(self) -> None:
        for path, words in texts(self):
            missing = [language for language in self.programme.languages if language not in words]
            if missing:
                raise ValueError(f"{path}: the text in {', '.join(missing)} is missing")


def texts(part: BaseModel, path: str = "") -> Iterator[tuple[str, dict[str, str]]]:
    """Every localised text below `part` with its key path."""
    for name in type(part).model_fields:
        yield from _texts_of(getattr(part, name), f"{path}.{name}" if path else name)


def _texts_of(value: Any, path: str) -> Iterator[tuple[str, dict[str, str]]]:
    if isinstance(value, BaseModel):
        yield from texts(value, path)
    elif isinstance(value, list):
        for item in value:
            label = getattr(item, "code", "")
            yield from _texts_of(item, f"{path}[{label}]" if label else path)
    elif isinstance(value, dict) and value and all(key in {"en", "fr"} for key in value):
        yield path, value
