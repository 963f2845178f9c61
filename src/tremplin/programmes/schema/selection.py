"""How applications are read, chosen and offered a place."""

from typing import Literal

from pydantic import Field, model_validator

from tremplin.programmes.schema.base import Code, Part, Words, unique


class Level(Part):
    """An anchored level of a criterion."""

    score: int = Field(ge=0, le=10)
    label: Words


class Criterion(Part):
    """One criterion of the rubric, with its anchored levels."""

    code: Code
    label: Words
    help: Words | None = None
    weight: int = Field(default=1, ge=1, le=10)
    levels: list[Level] = Field(min_length=2)

    @model_validator(mode="after")
    def _rising(self) -> "Criterion":
        scores = [level.score for level in self.levels]
        if scores != sorted(set(scores)):
            raise ValueError("levels must rise, each score once")
        return self


class ReviewPlan(Part):
    """Reading: how many reads, how long, against which rubric."""

    reads: int = Field(ge=1, le=10, description="Reads that each application gets")
    minutes: int = Field(default=10, ge=1, le=120, description="Planned minutes a read")
    guide: Words = Field(description="What a reviewer must know before the first read (Markdown)")
    criteria: list[Criterion] = Field(min_length=1)

    @model_validator(mode="after")
    def _codes(self) -> "ReviewPlan":
        unique([criterion.code for criterion in self.criteria], "criterion")
        return self


class SelectionPlan(Part):
    """Choosing. `draw`: a lottery inside the band that scores cannot order. `top`: by score alone."""

    method: Literal["draw", "top"] = "draw"
    waitlist: int = Field(default=6, ge=0, le=200)
    admit_share: float = Field(default=0.5, ge=0, le=1, description="Share of the places for the clear top")
    band_factor: float = Field(
        default=2.0, ge=1, le=10, description="People in the lottery band for each place that is drawn"
    )


class OfferPlan(Part):
    answer_days: int = Field(default=10, ge=1, le=90)
    agreement: Words = Field(description="What a scholar agrees to on acceptance (Markdown)")
