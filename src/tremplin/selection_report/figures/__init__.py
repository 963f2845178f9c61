"""The figures of a selection report, gathered over its stages. Each part is a plain dictionary, ready to be frozen."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tremplin.programmes.models import Cohort
from tremplin.review import queries as reviews
from tremplin.selection import queries as selection
from tremplin.selection_report.figures.audit import audit
from tremplin.selection_report.figures.choosing import decided, drawn, field, funnel
from tremplin.selection_report.figures.preparing import blinded, prepared, recusals
from tremplin.selection_report.figures.reading import reading
from tremplin.selection_report.figures.record import record
from tremplin.selection_report.figures.ruling import ruling
from tremplin.selection_report.figures.second_pass import second_pass
from tremplin.selection_report.figures.times import times
from tremplin.selection_report.rules import FORMAT

__all__ = ["content_of"]


def content_of(cohort: Cohort, *, words: Mapping[str, Mapping[str, str]], now: datetime) -> dict[str, Any]:
    """Everything that a report says of a selection as it stands `now`, in a constant number of queries."""
    proposal, scored = selection.proposal(cohort), reviews.scored_reads(cohort)
    return {
        "format": FORMAT,
        "at": now.isoformat(),
        "programme": {
            "institution": cohort.institution.name,
            "name": dict(cohort.plan.programme.name),
            "edition": cohort.slug,
            "purpose": dict(cohort.plan.programme.summary),
        },
        "rules": ruling(cohort),
        "times": times(cohort, proposal),
        "funnel": funnel(cohort),
        "prepared": prepared(cohort, scored),
        "recusals": recusals(cohort),
        "blinded": blinded(cohort),
        "reading": reading(cohort, proposal, scored),
        "second_pass": second_pass(cohort, scored),
        "field": field(cohort, proposal),
        "draw": drawn(cohort, proposal),
        "decisions": decided(cohort, proposal),
        "audit": audit(cohort, now),
        "record": record(cohort),
        "words": {code: dict(texts) for code, texts in words.items()},
    }
