"""What would be if: one reviewer left out, other weights, another number of places, another band. Nothing is kept."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from tremplin.core.errors import Conflict, Invalid
from tremplin.methods.calibration import Estimate
from tremplin.people.models import User
from tremplin.programmes.apart import require_judge
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role
from tremplin.review.merit import BAND_LEVEL
from tremplin.review.plan import review_plan
from tremplin.review.queries import ScoredRead
from tremplin.selection.models import Draw, Proposal, ProposalState
from tremplin.selection.services.listing import band_of
from tremplin.selection.services.working import Work, everybody_read, places_of, work_out

BANDS: Mapping[str, tuple[float, float]] = {
    "stricter": (0.3, 0.75),
    "as-is": (BAND_LEVEL, 1.0),
    "looser": (0.7, 1.5),
}
"""How sure an interval is, and by how much more people may draw for a place than the rule says."""
MOST = 20
"""As many people as the picture shows by their reference."""


@dataclass(frozen=True, slots=True)
class Supposed:
    """What is supposed. `without`: the key of a reviewer; `weights` of criteria by their codes, else the file’s."""

    places: int | None = None
    without: int | None = None
    weights: Mapping[str, float] = field(default_factory=dict)
    band: str = "as-is"


@dataclass(frozen=True, slots=True)
class Moved:
    """Somebody whose band would be another one."""

    ref: str
    before: str
    after: str
    rank: int
    rank_after: int
    estimate: Estimate
    estimate_after: Estimate
    chance: float
    chance_after: float


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The whole field under a supposition, beside today's. `moves`: how many from which band to which."""

    applications: int
    places: int
    places_after: int
    bands: Mapping[str, int]
    bands_after: Mapping[str, int]
    moves: Mapping[tuple[str, str], int]
    moved: list[Moved]

    @property
    def changed(self) -> int:
        return sum(self.moves.values())


def open_to_suppose(cohort: Cohort) -> bool:
    """Whether decisions are not final: afterwards nothing is supposed any more."""
    return not Proposal.objects.filter(cohort=cohort, state=ProposalState.CONFIRMED).exists()


def what_if(cohort: Cohort, actor: User, supposed: Supposed) -> WhatIf:
    """Who would change band under `supposed`, worked out from the reads of today with nothing written.

    Raises NotAllowed; Conflict once decisions are final, while somebody is unread, or where without that reviewer
    somebody would be; Invalid for places, weights or a band that cannot be.
    """
    require_judge(actor, cohort, Role.ORGANISER)
    if not open_to_suppose(cohort):
        raise Conflict(_("The decisions are final: nothing is supposed any more."))
    _check(cohort, supposed)
    people, reads = everybody_read(cohort)
    now_places = places_of(
        cohort, Proposal.objects.filter(cohort=cohort).values_list("places", flat=True).first()
    )
    places = places_of(cohort, supposed.places) if supposed.places is not None else now_places
    draw = Draw.objects.filter(cohort=cohort).first() or Draw(cohort=cohort)
    left = [read for read in reads if read.reviewer != supposed.without]
    _require_read(reads, left)
    level, factor = BANDS[supposed.band]
    today = work_out(cohort, draw, people, reads, now_places)
    then = work_out(
        cohort, draw, people, left, places, weights=supposed.weights, level=level, band_factor=factor
    )
    return _compared(today, then, {str(row.pk): row.ref for row in people}, now_places, places)


def _check(cohort: Cohort, supposed: Supposed) -> None:
    known = {criterion.code for criterion in review_plan(cohort).criteria}
    if supposed.band not in BANDS:
        raise Invalid({"band": [_("Choose one of the bands.")]})
    for code, weight in supposed.weights.items():
        if code not in known or weight <= 0:
            raise Invalid({f"weight-{code}": [_("A weight is more than 0.")]})


def _require_read(reads: list[ScoredRead], left: list[ScoredRead]) -> None:
    alone = {read.application for read in reads} - {read.application for read in left}
    if alone:
        raise Conflict(
            _("Without this reviewer somebody would be unread, so there is nothing to compare."),
            _("Leave another reviewer out, or have those read once more."),
        )


def _compared(today: Work, then: Work, refs: Mapping[str, str], places: int, places_after: int) -> WhatIf:
    before = {key: str(band_of(chance)) for key, chance in today.chances.items()}
    after = {key: str(band_of(chance)) for key, chance in then.chances.items()}
    ranks = {row.code: row.rank for row in today.bands.placed}
    ranks_after = {row.code: row.rank for row in then.bands.placed}
    moved = [key for key in today.order if before[key] != after[key]]
    return WhatIf(
        applications=len(refs),
        places=places,
        places_after=places_after,
        bands=Counter(before.values()),
        bands_after=Counter(after.values()),
        moves=Counter((before[key], after[key]) for key in moved),
        moved=[
            Moved(
                refs[key],
                before[key],
                after[key],
                ranks[key],
                ranks_after[key],
                today.estimates[key],
                then.estimates[key],
                float(today.chances[key]),
                float(then.chances[key]),
            )
            for key in moved[:MOST]
        ],
    )
