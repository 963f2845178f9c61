"""One more read of some applications, for whoever decides that it is worth the time."""

from collections import Counter
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from tremplin.programmes.models import Cohort
from tremplin.review.models import Assignment, AssignmentState
from tremplin.review.services.common import require_open
from tremplin.review.services.giving import give, tell
from tremplin.review.table import load, solved


def read_again(*, cohort: Cohort, wanted: Collection[int], occasion: str, now: datetime) -> dict[int, str]:
    """Give each application (by key) one read more, to somebody with room for it and without a conflict, and tell them.

    Gives the reference of each new read by application; one that nobody can take is not in it. `occasion` names
    what it is for, so that nobody gets two mails of it. Called inside a service's transaction, after `hold`.
    Raises Conflict once the reading is closed.
    """
    require_open(cohort)
    table = load(cohort, now=now, only={str(pk) for pk in wanted})
    reads = Counter(paper for paper, _reader in table.kept)
    papers = [replace(one, reads=reads[one.code] + 1) for one in table.papers]
    plan = solved(replace(table, papers=papers))
    give(cohort, plan.added, now)
    tell(cohort, table, {reader for _paper, reader in plan.added}, occasion, now)
    added = {(int(paper), int(reader)) for paper, reader in plan.added}
    rows = Assignment.objects.filter(
        cohort=cohort, state=AssignmentState.ASSIGNED, application__in={paper for paper, _reader in added}
    ).values_list("application_id", "reviewer_id", "ref")
    return {paper: ref for paper, reader, ref in rows if (paper, reader) in added}
