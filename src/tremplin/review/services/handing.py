"""Reads that came free find other readers: at once, with the fewest changes; those who get them hear of it."""

import hashlib
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from tremplin.methods.assignment import Mended, Problem, replan, stated
from tremplin.programmes.models import Cohort
from tremplin.review.models import Assignment, AssignmentState, NewsKind
from tremplin.review.passes import FIRST
from tremplin.review.services.giving import give
from tremplin.review.services.telling import note_news
from tremplin.review.table import LIVE, Pair, Table, load


def hand_on(*, cohort: Cohort, freed: Sequence[Assignment], now: datetime) -> int:
    """Find other reviewers for reads that came free; how many were found. Called inside a service's transaction."""
    if not freed:
        return 0
    found = 0
    for pass_number in sorted({row.pass_number for row in freed}):
        pairs = {
            (str(row.application_id), str(row.reviewer_id)) for row in freed if row.pass_number == pass_number
        }
        table, mended = moved(cohort, pairs, now=now, pass_number=pass_number)
        carry_out(cohort, table, mended, now=now)
        found += len(mended.freed) - mended.missing
    return found


def moved(
    cohort: Cohort,
    freed: Collection[Pair],
    *,
    now: datetime,
    full: Collection[str] = (),
    pass_number: int = FIRST,
) -> tuple[Table, Mended]:
    """How these reads of a pass would go to others; `full`: reviewers who can take nothing more.

    Only where nobody has room for all of them are other reads looked at, which others have not begun and could hand
    on to make room: that costs a look at the whole cohort.
    """
    table = load(cohort, now=now, only={paper for paper, _reader in freed}, pass_number=pass_number)
    mended = without(table, freed, full)
    if mended.missing:
        table = load(cohort, now=now, pass_number=pass_number)
        mended = without(table, freed, full)
    return table, mended


def without(table: Table, freed: Collection[Pair], full: Collection[str] = ()) -> Mended:
    """The plan of reads without these, mended: as many reads of each application as before, the fewest changes."""
    lost = {pair for pair in freed if pair[0] in table.refs and pair[1] in table.people}
    kept = table.kept - lost
    counts = Counter(paper for paper, _reader in [*kept, *lost])
    free = _movable(table, kept, full)
    problem = Problem(
        [replace(paper, reads=counts[paper.code]) for paper in table.papers],
        [replace(one, most=0) if one.code in full else one for one in table.readers],
        kept=kept - free,
        conflicts=table.barred | table.seen,
    )
    return replan(stated(problem, free | lost), conflicts=lost)


def _movable(table: Table, kept: Collection[Pair], full: Collection[str]) -> frozenset[Pair]:
    """Reads that nobody has begun and that could stay or go: those that should not be are left as they are, and so are
    those of whoever carries more than they can by now. There is no place that such a read could come back to."""
    here = Counter(reader for _paper, reader in kept)
    over = {
        one.code for one in table.readers if one.most is not None and one.carried + here[one.code] > one.most
    }
    languages = {paper.code: paper.language for paper in table.papers}
    speaks = {one.code: one.languages for one in table.readers}
    return frozenset(
        (paper, reader)
        for paper, reader in table.fresh.difference(table.barred, table.seen).intersection(kept)
        if reader in speaks
        and reader not in over
        and reader not in full
        and (not speaks[reader] or languages[paper] in speaks[reader])
    )


def carry_out(cohort: Cohort, table: Table, mended: Mended, *, now: datetime) -> None:
    """Take back what goes, give what comes, and let those who got more hear of it in the morning. Drafts stay kept."""
    gone = {(int(paper), int(reader)) for paper, reader in mended.removed}
    readers = {reader for _paper, reader in gone}
    open_ = Assignment.objects.filter(
        cohort=cohort, state__in=LIVE, reviewer__in=readers, pass_number=table.pass_number
    )
    keys = [
        key
        for key, paper, reader in open_.values_list("pk", "application_id", "reviewer_id")
        if (paper, reader) in gone
    ]
    Assignment.objects.filter(pk__in=keys).update(state=AssignmentState.RELEASED, closed_at=now)
    give(cohort, mended.added, now, pass_number=table.pass_number)
    more = Counter(int(reader) for _paper, reader in mended.added)
    note_news(cohort, more, NewsKind.HANDED, now)


def named(*changes: object) -> str:
    """A name for exactly these changes, so that nothing else is carried out than what somebody looked at."""
    content = repr(changes)
    return hashlib.sha256(content.encode()).hexdigest()[:20]
