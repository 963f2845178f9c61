"""What a proposal is made of: who is to be decided about, their scores, bands, the draw, the order of places."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tremplin.applications import queries as applications
from tremplin.applications.models import Application
from tremplin.core.errors import Conflict, Invalid, Stale
from tremplin.methods import lottery
from tremplin.methods.calibration import Calibration, Criterion, Estimate, Judgement, calibrate_rubric
from tremplin.methods.selection.bands import BoundedLine, Top
from tremplin.methods.selection.outcome import Band, Scored, Selection
from tremplin.programmes.models import Cohort
from tremplin.review import queries as reviews
from tremplin.review import rules as review_rules
from tremplin.review.plan import review_plan
from tremplin.review.queries import ScoredRead
from tremplin.selection import rules
from tremplin.selection.models import Draw, Proposal
from tremplin.selection.plan import selection_plan


def basis(people: Sequence[Application], reads: Sequence[ScoredRead]) -> str:
    """Names the evidence that a proposal was made from: any new read or withdrawal gives another name."""
    rows = sorted((row.pk, row.sent) for row in people)
    seen = [(read.application, read.reviewer, read.version) for read in reads]
    return hashlib.sha256(repr((rows, seen)).encode()).hexdigest()


def is_outdated(proposal: Proposal) -> bool:
    """Whether reads or applications have changed since the decisions were proposed."""
    people = list(applications.submitted(proposal.cohort).select_related(None).only("pk", "sent"))
    return basis(people, reviews.scored_reads(proposal.cohort)) != proposal.basis


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


BAND_CODES: dict[Band, str] = {"sure": "admit", "lottery": "lottery", "not": "decline"}


@dataclass(frozen=True, slots=True)
class Work:
    """What a proposal is written from. Everything goes by the key of the application, as text."""

    bands: Selection
    estimates: dict[str, Estimate]
    codes: dict[str, str]
    draw_ranks: dict[str, int]
    order: list[str]
    figures: dict[str, float | int | None]
    file: str


def work_out(
    cohort: Cohort, draw: Draw, people: Sequence[Application], reads: Sequence[ScoredRead], places: int
) -> Work:
    plan = selection_plan(cohort)
    found = _calibrated(cohort, people, reads)
    estimates = {row.applicant: row for row in found.estimates}
    rule = Top() if plan.method == "top" else BoundedLine(plan.admit_share, plan.band_factor)
    scored = [Scored(row.applicant, row.estimate, row.low, row.high) for row in found.estimates]
    bands = rule.select(scored, places=places)
    codes = {str(row.pk): rules.draw_code(draw.commitment, row.ref) for row in people}
    by_code = {code: key for key, code in codes.items()}
    result = lottery.draw([codes[key] for key in bands.lottery], secret=draw.secret, places=bands.drawn)
    drawn = [by_code[code] for code in result.order]
    # Below the band equal scores have equal chances too: their order is that of the draw.
    rest = sorted(
        (row for row in bands.placed if row.band == "not"),
        key=lambda row: (row.rank, lottery.key(result.seed, codes[row.code])),
    )
    return Work(
        bands=bands,
        estimates=estimates,
        codes=codes,
        draw_ranks={key: position for position, key in enumerate(drawn, 1)},
        order=[*bands.sure, *drawn, *(row.code for row in rest)],
        figures=_figures(found, bands, review_plan(cohort).reads),
        file=lottery.dumps(result),
    )


def _calibrated(cohort: Cohort, people: Sequence[Application], reads: Sequence[ScoredRead]) -> Calibration:
    plan = review_plan(cohort)
    scored = [
        Judgement(str(read.application), str(read.reviewer), review_rules.marks(plan, read.scores))
        for read in reads
        if read.value is not None
    ]
    if not scored:
        raise Conflict(
            _("No reader could judge anything, so there is no score to decide by."),
            _("Reopen some reads, or have applications read again."),
        )
    return calibrate_rubric(
        scored,
        [Criterion(criterion.code, criterion.weight) for criterion in plan.criteria],
        level=rules.BAND_LEVEL,
        applicants=[str(row.pk) for row in people],
    )


def _figures(found: Calibration, bands: Selection, reads: int) -> dict[str, float | int | None]:
    return {
        "line": sum(bands.line) / 2 if isfinite(bands.line[0]) else None,
        "admitted": len(bands.sure),
        "drawn": bands.drawn,
        "band": len(bands.lottery),
        "icc": found.icc,
        "reliability": found.reliability(reads),
        "islands": len(found.islands),
        "applications": len(found.estimates),
    }


def feedback_of(cohort: Cohort, reads: Sequence[ScoredRead]) -> dict[int, dict[str, object]]:
    """The level that readers mostly saw in each criterion, and how many they were."""
    by_person: dict[int, list[ScoredRead]] = {}
    for read in reads:
        by_person.setdefault(read.application, []).append(read)
    criteria = review_plan(cohort).criteria
    return {
        person: {
            "reads": len(rows),
            "levels": {
                criterion.code: review_rules.typical_level(
                    criterion, [row.scores[criterion.code] for row in rows if criterion.code in row.scores]
                )
                for criterion in criteria
            },
        }
        for person, rows in by_person.items()
    }
