"""What people can see of decisions, draws, offers and scholars: one function for each question."""

from tremplin.selection.queries.outcomes import (
    Agreement,
    OutcomeView,
    agreement,
    outcome_for,
    own_outcome,
)
from tremplin.selection.queries.room import (
    BandCount,
    Field,
    PlacesView,
    PublicDraw,
    band_counts,
    decisions,
    evidence_of,
    fields,
    offers,
    places,
    proposal,
    public_draw,
    scholars,
    visible_scholars,
    waitlist,
)
from tremplin.selection.queries.taking_part import all_scholars, at_the_end

__all__ = [
    "Agreement",
    "BandCount",
    "Field",
    "OutcomeView",
    "PlacesView",
    "PublicDraw",
    "agreement",
    "all_scholars",
    "at_the_end",
    "band_counts",
    "decisions",
    "evidence_of",
    "fields",
    "offers",
    "outcome_for",
    "own_outcome",
    "places",
    "proposal",
    "public_draw",
    "scholars",
    "visible_scholars",
    "waitlist",
]
