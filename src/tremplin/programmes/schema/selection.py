"""How applications are read, chosen and offered a place."""

from typing import Literal

from django.utils.translation import gettext as _
from pydantic import Field, model_validator

from tremplin.programmes.schema.base import Code, Part, Words
from tremplin.programmes.schema.faults import Faults
from tremplin.programmes.schema.rationale import Rationale
from tremplin.programmes.schema.second_pass import SecondPassPlan


class Level(Part):
    """An anchored level of a criterion."""

    score: int = Field(ge=0, le=10, description="The figure; levels of a criterion rise")
    label: Words = Field(description="What an application at this level looks like")


class Criterion(Part):
    """One criterion of the rubric, with its anchored levels."""

    code: Code = Field(description="Under this name scores are stored and exported")
    label: Words = Field(description="Name of the criterion")
    help: Words | None = Field(default=None, description="Where to look for it, and what does not count")
    weight: int = Field(default=1, ge=1, le=10, description="How much it counts beside the others")
    levels: list[Level] = Field(min_length=2, description="From the lowest to the highest")
    rationale: Rationale | None = Field(
        default=None, description="Why this is judged, written before the call opens"
    )

    @model_validator(mode="after")
    def _rising(self) -> "Criterion":
        faults = Faults()
        for position in range(1, len(self.levels)):
            if self.levels[position].score <= self.levels[position - 1].score:
                faults.at("levels", position, "score", message=_("levels must rise, each score once"))
        faults.raise_any()
        return self


class ReviewPlan(Part):
    """Reading: how many reads, how long, against which rubric."""

    reads: int = Field(ge=1, le=10, description="Reads that each application gets")
    minutes: int = Field(default=10, ge=1, le=120, description="Planned minutes a read")
    guide: Words = Field(description="What a reviewer must know before the first read (Markdown)")
    criteria: list[Criterion] = Field(min_length=1, description="The rubric")
    second_pass: SecondPassPlan | None = Field(
        default=None, description="Reading some applications again, with answers that were closed at first"
    )

    @model_validator(mode="after")
    def _codes(self) -> "ReviewPlan":
        faults = Faults()
        faults.unique([criterion.code for criterion in self.criteria], "criteria")
        faults.raise_any()
        return self


class SelectionPlan(Part):
    """Choosing, by a rule that is fixed before anybody applies.

    `draw`: a lottery of bounded size among those around the line. `funding-line`: a lottery among all whose interval
    holds the line (Swiss National Science Foundation). `merit`: chances that serve merit best in the worst case that
    the intervals allow (MERIT). `top`: by score alone.
    """

    method: Literal["draw", "funding-line", "merit", "top"] = Field(
        default="draw", description="The rule that turns scores and their intervals into chances"
    )
    waitlist: int = Field(default=6, ge=0, le=200, description="Longest waitlist")
    extra_reads: int = Field(
        default=0,
        ge=0,
        le=10_000,
        description="Extra reads in all, sent where one more would most change who gets a place",
    )
    public_source: Literal["none", "drand"] = Field(
        default="none",
        description="A public source of randomness that decides the draw together with the sealed secret",
    )
    public_source_days: int = Field(
        default=2, ge=0, le=60, description="With `drand`: days after reading_ends at which its round comes"
    )
    admit_share: float = Field(
        default=0.5, ge=0, le=1, description="With `draw`: share of the places for the clear top"
    )
    band_factor: float = Field(
        default=2.0,
        ge=1,
        le=10,
        description="With `draw`: people in the lottery for each place that is drawn",
    )


class OfferPlan(Part):
    """What is offered, and what those who accept agree to."""

    answer_days: int = Field(default=10, ge=1, le=90, description="Days to accept or decline")
    agreement: Words = Field(description="What a scholar agrees to on acceptance (Markdown)")
