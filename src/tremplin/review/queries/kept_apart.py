"""Whom the reviewers of a cohort were kept from, by what kind of tie. Numbers alone."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from tremplin.applications import queries as applications
from tremplin.programmes.models import Cohort
from tremplin.review import ties
from tremplin.review.models import Assignment, AssignmentState
from tremplin.review.readers import profiles, reviewers

_KINDS = (
    ("declared", frozenset([ties.DECLARED, ties.AVOIDED])),
    ("training", frozenset([ties.MENTOR, ties.PEER])),
    ("organisation", frozenset([ties.MAIL, ties.INSTITUTION])),
)


@dataclass(frozen=True, slots=True)
class KeptApart:
    """Pairs of a reviewer and an application. `kinds`: each pair once, under what says most: said by the reviewer,
    together in an earlier cohort, of one organisation.

    `read`: pairs of which a read counts nevertheless: the tie came to light after it.
    `set_aside`: where an organiser found a computed tie to be none. `applied`: reviewers who read nobody for it.
    """

    kinds: Mapping[str, int]
    read: int
    set_aside: int
    applied: int

    @property
    def pairs(self) -> int:
        return sum(self.kinds.values())


def kept_apart(cohort: Cohort) -> KeptApart:
    """That, in a constant number of queries."""
    people = reviewers(cohort)
    rows = applications.submitted(cohort).values_list("pk", "applicant_id", "applicant__email")
    papers = {pk: (writer, address) for pk, writer, address in rows}
    known = ties.of_pairs(cohort, people, profiles(cohort).values(), papers)
    submitted = Assignment.objects.filter(cohort=cohort, state=AssignmentState.SUBMITTED)
    reads = {(str(paper), str(reader)) for paper, reader in submitted.values_list("application", "reviewer")}
    found: Counter[str] = Counter()
    for pair, standing in known.standing.items():
        if pair not in reads:
            kinds = {tie.kind for tie in standing}
            found[next((code for code, these in _KINDS if kinds & these), "declared")] += 1
    writers = {writer for writer, _address in papers.values()}
    return KeptApart(
        kinds={code: found[code] for code, _these in _KINDS},
        read=len(reads & known.standing.keys()),
        set_aside=len(known.aside.keys() - known.standing.keys()),
        applied=sum(1 for user in people if user.pk in writers),
    )
