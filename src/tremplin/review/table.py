"""All that a plan of reads is made of, loaded in a handful of queries whatever the rows."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count

from tremplin.applications import queries as applications
from tremplin.applications.models import ApplicationState
from tremplin.methods.assignment import Application as Paper
from tremplin.methods.assignment import Plan, Problem
from tremplin.methods.assignment import Reviewer as Reader
from tremplin.methods.assignment import assign as solve
from tremplin.people.models import User
from tremplin.programmes.models import Cohort
from tremplin.programmes.queries import people_with
from tremplin.programmes.roles import Role
from tremplin.review.models import Assignment, AssignmentState, DeclaredConflict, ReviewerProfile
from tremplin.review.plan import review_plan
from tremplin.review.ties import DECLARED, Tie, known_ties, mail_ties

LIVE = (AssignmentState.ASSIGNED, AssignmentState.SUBMITTED)
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """Codes are the keys of applications and of people, as text. `ties`: what keeps a pair apart."""

    refs: dict[str, str]
    papers: list[Paper]
    readers: list[Reader]
    people: dict[str, User]
    capacities: dict[str, int | None]
    applied: frozenset[str]
    kept: frozenset[Pair]
    done: Counter[str]
    ties: dict[Pair, tuple[Tie, ...]]
    barred: frozenset[Pair]

    @property
    def tied_reads(self) -> list[Pair]:
        """Reads that exist although something ties the two: it came to light, or was given, afterwards."""
        return sorted(self.kept & self.ties.keys())


def load(cohort: Cohort, *, only: Collection[str] | None = None, barred: Collection[Pair] = ()) -> Table:
    """The table of all applications, or of those in `only` with what reviewers carry elsewhere."""
    rows = applications.submitted(cohort)
    live = Assignment.objects.filter(
        cohort=cohort, state__in=LIVE, application__state=ApplicationState.SUBMITTED
    )
    carried: Counter[str] = Counter()
    many = None
    if only is not None:
        keys = [int(pk) for pk in only]
        many, rows = rows.count(), rows.filter(pk__in=keys)
        elsewhere = live.exclude(application__in=keys).values("reviewer").annotate(many=Count("pk"))
        carried = Counter({str(row["reviewer"]): row["many"] for row in elsewhere})
        live = live.filter(application__in=keys)
    papers = list(rows.values_list("pk", "ref", "language", "applicant_id", "applicant__email"))
    reads = list(live.values_list("application_id", "reviewer_id", "state"))
    people = {str(user.pk): user for user in people_with(cohort, Role.REVIEWER)}
    profiles = {str(row.reviewer_id): row for row in ReviewerProfile.objects.filter(cohort=cohort)}
    applied = _applied(cohort, people)
    ties = _ties(cohort, people, {pk: (writer, address) for pk, _ref, _lang, writer, address in papers})
    each = review_plan(cohort).reads
    return Table(
        refs={str(pk): ref for pk, ref, *_more in papers},
        papers=[Paper(str(pk), each, language) for pk, _ref, language, *_more in papers],
        readers=[
            # Whoever applied competes with all the others: they read nobody.
            Reader(code, 0)
            if code in applied
            else _reader(code, profiles.get(code), len(papers) if many is None else many, carried[code])
            for code in people
        ],
        people=people,
        capacities={code: profiles[code].capacity if code in profiles else None for code in people},
        applied=applied,
        kept=frozenset((str(paper), str(reader)) for paper, reader, _state in reads),
        done=Counter(str(reader) for _paper, reader, state in reads if state == AssignmentState.SUBMITTED),
        ties=ties,
        barred=frozenset(ties) | frozenset(barred),
    )


def solved(table: Table, seed: int = 0) -> Plan:
    """The plan in which what exists stays and everybody gets the reads that are missing, as far as limits let."""
    return solve(Problem(table.papers, table.readers, kept=table.kept, conflicts=table.barred, seed=seed))


def _applied(cohort: Cohort, people: Collection[str]) -> frozenset[str]:
    rows = applications.submitted(cohort).filter(applicant__in=[int(code) for code in people])
    return frozenset(str(writer) for writer in rows.values_list("applicant_id", flat=True))


def _reader(code: str, profile: ReviewerProfile | None, papers: int, carried: int) -> Reader:
    if profile is None:
        return Reader(code, papers, carried=carried)
    capacity = papers if profile.capacity is None else profile.capacity
    return Reader(code, capacity, frozenset(profile.languages), carried=carried)


def _ties(
    cohort: Cohort, people: dict[str, User], papers: dict[int, tuple[int, str]]
) -> dict[Pair, tuple[Tie, ...]]:
    """Declared and computed, by application and reviewer."""
    found: dict[Pair, tuple[Tie, ...]] = {}
    paper_of = {writer: pk for pk, (writer, _address) in papers.items()}

    def note(tie: Tie, paper: int) -> None:
        pair = (str(paper), str(tie.reader))
        found[pair] = (*found.get(pair, ()), tie)

    declared = DeclaredConflict.objects.filter(cohort=cohort).values_list("application_id", "reviewer_id")
    for paper, reader in declared:
        if paper in papers:
            note(Tie(reader, papers[paper][0], DECLARED), paper)
    readers = {user.pk: user.email for user in people.values()}
    home = (cohort.plan.programme.contact, cohort.programme.institution.contact_email)
    for tie in (*mail_ties(readers, dict(papers.values()), home=home), *known_ties(readers)):
        # Nobody has a tie to themselves: that they applied is said in other words.
        if tie.applicant in paper_of and tie.reader in readers and tie.reader != tie.applicant:
            note(tie, paper_of[tie.applicant])
    return found
