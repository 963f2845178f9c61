"""How reviewers were prepared and blinded, and who kept away: of all together, never of one person."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Count, Q

from tremplin.blinding.models import Correction, Maker
from tremplin.first_reads import queries as first_reads
from tremplin.first_reads.models import FirstReads
from tremplin.methods.calibration import Read, distance
from tremplin.methods.disclosure import LEAST
from tremplin.programmes.apart import cause
from tremplin.programmes.models import Cohort
from tremplin.programmes.queries import people_with
from tremplin.programmes.roles import Role
from tremplin.review import queries as reviews
from tremplin.review.queries import ScoredRead
from tremplin.selection.agreeing import pairs_enough
from tremplin.selection_report import rules


def prepared(cohort: Cohort, scored: Sequence[ScoredRead]) -> dict[str, Any] | None:
    """The texts that all reviewers read first, and how far two of them lay apart before and after they talked.

    None where no set was opened. Before: in those texts, of which nobody knew how others read them. After: in all
    others that were read more than once; texts of the set stand on neither side twice.
    """
    found = first_reads.set_of(cohort)
    if found is None or found.opened_at is None:
        return None
    pieces = list(first_reads.pieces_of(found))
    readers = {read.reviewer for read in scored}
    return {
        "texts": len(pieces),
        "written": sum(1 for piece in pieces if piece.application_id is None),
        "held": found.holds,
        "counted": found.counting,
        "readers": rules.part(len(readers & first_reads.finished(found)), len(readers)),
        "before": _before(found),
        "after": _after(scored, {piece.application_id for piece in pieces}),
    }


def _before(found: FirstReads) -> list[float] | None:
    reads = first_reads.scored(found)
    return _distance(reads) if len({read.reviewer for read in reads}) >= LEAST else None


def _after(scored: Sequence[ScoredRead], without: set[int | None]) -> list[float] | None:
    reads = [
        Read(str(row.application), row.reader, row.value)
        for row in scored
        if row.value is not None and row.application not in without
    ]
    return _distance(reads) if pairs_enough(reads) else None


def _distance(reads: Sequence[Read]) -> list[float] | None:
    found = distance(reads)
    return [round(value, 1) for value in (found.mean, found.low, found.high)] if found else None


def recusals(cohort: Cohort) -> dict[str, Any]:
    """Who kept away from whom, by kind. `pairs` are of a reviewer and an application."""
    found = reviews.kept_apart(cohort)
    organisers = people_with(cohort, Role.ORGANISER)
    return {
        "pairs": rules.some(found.pairs),
        "kinds": {code: rules.some(many) for code, many in found.kinds.items()},
        "found_late": rules.some(found.read),
        "set_aside": rules.some(found.set_aside),
        "applied": rules.some(found.applied),
        "organisers": rules.some(sum(1 for user in organisers if cause(cohort, user))),
    }


def blinded(cohort: Cohort) -> dict[str, Any]:
    """How many applications had words hidden or shown by hand, besides what the rules hid."""
    rows = Correction.objects.filter(application__cohort=cohort, application__submitted_at__isnull=False)
    makers = (("applicants", Maker.APPLICANT), ("organisers", Maker.ORGANISER))
    found = rows.aggregate(
        **{name: Count("application", filter=Q(maker=maker), distinct=True) for name, maker in makers}
    )
    return {name: rules.some(many) for name, many in found.items()}
