"""What a proposal is made of: who is to be decided about, their scores, bands, the draw, the order of places."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from math import isfinite

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tremplin.applications import queries as applications
from tremplin.applications.models import Application
from tremplin.core.errors import Conflict, Invalid, Stale
from tremplin.methods import lottery
from tremplin.methods.calibration import Calibration, Estimate
from tremplin.methods.selection.outcome import Scored, Selection
from tremplin.programmes.models import Cohort
from tremplin.review import queries as reviews
from tremplin.review import rules as review_rules
from tremplin.review.merit import BAND_LEVEL, calibrated
from tremplin.review.plan import review_plan
from tremplin.review.queries import ScoredRead
from tremplin.selection import rules
from tremplin.selection.models import Band, Draw, Proposal
from tremplin.selection.plan import selection_plan
from tremplin.selection.services.listing import band_of, chances_of, list_of, rule_of


def basis(people: Iterable[tuple[int, int]], reads: Iterable[tuple[int, int, int]]) -> str:
    """Names the evidence of decisions: any new read or withdrawal gives another name.

    `people`: keys of applications with the number of the copy that counts; `reads`: see `reviews.read_versions`.
    """
    rows, seen = sorted(people), list(reads)
    return hashlib.sha256(repr((rows, seen)).encode()).hexdigest()


def is_outdated(proposal: Proposal) -> bool:
    """Whether reads or applications have changed since the decisions were proposed."""
    return basis_now(proposal.cohort) != proposal.basis


def basis_now(cohort: Cohort) -> str:
    """The name of the evidence as it is today, in two queries and without reading a score."""
    return basis(submitted_people(cohort), reviews.read_versions(cohort))


def submitted_people(cohort: Cohort) -> list[tuple[int, int]]:
    """Keys of submitted applications, each with the number of the copy that counts."""
    rows = applications.submitted(cohort).select_related(None).order_by()
    return list(rows.values_list("pk", "sent"))


def basis_of(people: Sequence[Application], reads: Sequence[ScoredRead]) -> str:
    """The name of the evidence at hand."""
    return basis(
        [(row.pk, row.sent) for row in people],
        [(read.application, read.reviewer, read.version) for read in reads],
    )


def require_current(proposal: Proposal) -> None:
    """Raises Stale when the evidence is no longer what the decisions were proposed from."""
    if is_outdated(proposal):
        raise Stale(
            _("Reads or applications have changed since these decisions were proposed."),
            _("Propose them again: the draw stays the same, and changes by hand are kept."),
            current=proposal,
        )


def places_of(cohort: Cohort, asked: int | None) -> int:
    least, most = cohort.plan.cohort.places_min, cohort.plan.cohort.places_max
    places = most if asked is None else asked
    if not least <= places <= most:
        text = _("This programme has %(least)s to %(most)s places.")
        raise Invalid({"places": [text % {"least": least, "most": most}]})
    return places


def everybody_read(cohort: Cohort) -> tuple[list[Application], list[ScoredRead]]:
    """Submitted applications and their reads. Raises Conflict while anybody is unread: that is our promise."""
    people = list(applications.submitted(cohort).select_related(None).only("pk", "ref", "sent"))
    reads = reviews.scored_reads(cohort)
    unread = {row.pk for row in people}.difference(read.application for read in reads)
    if not people:
        raise Conflict(_("There is no application to decide about."))
    if unread:
        text = ngettext(
            "%(count)s person has not been read by anybody, so nothing can be decided yet.",
            "%(count)s people have not been read by anybody, so nothing can be decided yet.",
            len(unread),
        )
        raise Conflict(
            text % {"count": len(unread)}, _("See who it is under “Reading”, and have them read first.")
        )
    return people, reads


def require_second_pass(cohort: Cohort, now: datetime) -> None:
    """Raises Conflict where the programme file plans a second pass and somebody in it is unread: it is the rule."""
    standing = reviews.second_standing(cohort, now)
    if standing.code not in {"none", "open", "decided"}:
        raise Conflict(
            _("The programme file plans a second pass of reading, and it has not been opened."),
            _("Open it under “Reading”, and decide once everybody in it has been read."),
        )
    if standing.reads is not None and standing.reads.unread:
        text = ngettext(
            "%(count)s person has not been read by anybody in the second pass, so nothing can be decided yet.",
            "%(count)s people have not been read by anybody in the second pass, so nothing can be decided yet.",
            standing.reads.unread,
        )
        raise Conflict(
            text % {"count": standing.reads.unread},
            _("See who it is under “Reading”, and have them read first."),
        )


@dataclass(frozen=True, slots=True)
class Work:
    """What a proposal is written from. Everything goes by the key of the application, as text.

    `order`: the sure places, then those who draw, then the rest, each by rank; the draw orders it anew.
    """

    bands: Selection
    estimates: dict[str, Estimate]
    codes: dict[str, str]
    chances: dict[str, Fraction]
    listing: lottery.Listing
    order: list[str]
    figures: dict[str, float | int | None]


def work_out(
    cohort: Cohort,
    draw: Draw,
    people: Sequence[Application],
    reads: Sequence[ScoredRead],
    places: int,
    *,
    weights: Mapping[str, float] | None = None,
    level: float = BAND_LEVEL,
    band_factor: float = 1.0,
) -> Work:
    """What decisions are proposed from. Other `weights`, another `level` of the intervals and a `band_factor` other
    than 1 are never proposed from: they say what would be if.
    """
    found = calibrated(cohort, [row.pk for row in people], reads, weights=weights, level=level)
    scored = [Scored(row.applicant, row.estimate, row.low, row.high) for row in found.estimates]
    plan = selection_plan(cohort)
    if band_factor != 1:
        plan = plan.model_copy(update={"band_factor": max(1.0, plan.band_factor * band_factor)})
    bands = rule_of(plan).select(scored, places=places)
    codes = {str(row.pk): rules.draw_code(draw.commitment, row.ref) for row in people}
    chances = chances_of(bands, codes)
    listing = list_of(chances, codes)
    ranks = {row.code: row.rank for row in bands.placed}
    before = list(Band)
    return Work(
        bands=bands,
        estimates={row.applicant: row for row in found.estimates},
        codes=codes,
        chances=chances,
        listing=listing,
        order=sorted(codes, key=lambda key: (before.index(band_of(chances[key])), ranks[key], codes[key])),
        figures=_figures(found, bands, chances, review_plan(cohort).reads),
    )


def _figures(
    found: Calibration, bands: Selection, chances: Mapping[str, Fraction], reads: int
) -> dict[str, float | int | None]:
    among = [chance for chance in chances.values() if 0 < chance < 1]
    return {
        "line": sum(bands.line) / 2 if isfinite(bands.line[0]) else None,
        "admitted": sum(chance == 1 for chance in chances.values()),
        "drawn": int(sum(among)),
        "band": len(among),
        "icc": found.icc,
        "reliability": found.reliability(reads),
        "islands": len(found.islands),
        "applications": len(found.estimates),
    }


def feedback_of(cohort: Cohort, reads: Sequence[ScoredRead]) -> dict[int, dict[str, object]]:
    """The level that readers mostly saw in each criterion, how many they were, and how long they read."""
    by_person: dict[int, list[ScoredRead]] = {}
    for read in reads:
        by_person.setdefault(read.application, []).append(read)
    criteria = review_plan(cohort).criteria
    return {
        person: {
            "reads": len({row.reviewer for row in rows}),
            "minutes": round(sum(row.seconds for row in rows) / 60),
            "levels": {
                criterion.code: review_rules.typical_level(
                    criterion, [row.scores[criterion.code] for row in rows if criterion.code in row.scores]
                )
                for criterion in criteria
            },
        }
        for person, rows in by_person.items()
    }
