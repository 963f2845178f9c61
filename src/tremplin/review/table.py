"""All that a plan of reads is made of, loaded in a handful of queries whatever the rows."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from math import ceil
from statistics import median

from django.db.models import Count, QuerySet

from tremplin.applications import queries as applications
from tremplin.applications.models import Application, ApplicationState
from tremplin.methods.assignment import Application as Paper
from tremplin.methods.assignment import Plan, Problem, stated
from tremplin.methods.assignment import Reviewer as Reader
from tremplin.methods.assignment import assign as solve
from tremplin.people.models import User
from tremplin.programmes.models import Cohort
from tremplin.review import ties
from tremplin.review.limits import Limit, limits
from tremplin.review.models import Assignment, AssignmentState, SecondPass
from tremplin.review.passes import FIRST, reads_each, second_plan
from tremplin.review.readers import profiles, reviewers
from tremplin.review.ties import Tie

LIVE = (AssignmentState.ASSIGNED, AssignmentState.SUBMITTED)
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """Codes are the keys of applications and of people, as text.

    `kept` reads exist, `fresh` ones nobody has begun. `seen`: pairs who met in the other pass and meet again only where
    nobody else can read; none where the programme file allows it. `ties`: what keeps a pair apart; `aside`: computed
    ties that an organiser set aside, which keep nobody apart.
    """

    refs: dict[str, str]
    papers: list[Paper]
    readers: list[Reader]
    people: dict[str, User]
    limits: dict[str, Limit]
    applied: frozenset[str]
    kept: frozenset[Pair]
    fresh: frozenset[Pair]
    done: Counter[str]
    seen: frozenset[Pair]
    ties: dict[Pair, tuple[Tie, ...]]
    aside: dict[Pair, tuple[Tie, ...]]
    barred: frozenset[Pair]
    pass_number: int = FIRST

    @property
    def tied_reads(self) -> list[Pair]:
        """Reads that exist although something ties the two: it came to light, or was given, afterwards."""
        return sorted(self.kept & self.ties.keys())


def load(
    cohort: Cohort,
    *,
    now: datetime,
    only: Collection[str] | None = None,
    barred: Collection[Pair] = (),
    pass_number: int = FIRST,
) -> Table:
    """The table of all applications in a pass, or of those in `only` with what reviewers carry elsewhere.

    `only` may name applications that are not in the second pass yet: who would be.
    Pairs of `barred` must not be, besides those who are tied and those who asked to be spared.
    """
    rows = in_pass(cohort, pass_number) if only is None else applications.submitted(cohort)
    every = Assignment.objects.filter(
        cohort=cohort,
        state__in=(*LIVE, AssignmentState.PASSED),
        application__state=ApplicationState.SUBMITTED,
    )
    reads = every.filter(pass_number=pass_number)
    if only is not None:
        keys = [int(pk) for pk in only]
        rows, reads = rows.filter(pk__in=keys), reads.filter(application__in=keys)
    carried: Counter[str] = Counter()
    elsewhere: Counter[str] = Counter()
    if only is not None or second_plan(cohort) is not None:
        outside = every.filter(state__in=LIVE).exclude(pk__in=reads.values("pk"))
        for row in outside.values("reviewer", "state").annotate(many=Count("pk")):
            carried[str(row["reviewer"])] += row["many"]
            if row["state"] == AssignmentState.SUBMITTED:
                elsewhere[str(row["reviewer"])] += row["many"]
    papers = list(rows.values_list("pk", "ref", "language", "applicant_id", "applicant__email"))
    fields = reads.values_list("application_id", "reviewer_id", "state", "review")
    drafts = {(str(paper), str(reader)) for paper, reader, _state, draft in fields if draft is not None}
    pairs = [(str(paper), str(reader), state) for paper, reader, state, _draft in fields]
    people = {str(user.pk): user for user in reviewers(cohort)}
    done = elsewhere + Counter(
        reader for _paper, reader, state in pairs if state == AssignmentState.SUBMITTED
    )
    said = profiles(cohort).values()
    within = {int(code): reads for code, reads in done.items()}
    bounds = limits(
        cohort, [int(code) for code in people], said, done=within, now=now, pass_number=pass_number
    )
    writers = {pk: (writer, address) for pk, _ref, _language, writer, address in papers}
    applied = _applied(cohort, people, None if only is not None else writers)
    known = ties.of_pairs(cohort, list(people.values()), said, writers)
    each = reads_each(cohort, pass_number)
    passed, seen = _met(cohort, every, pass_number, pairs)
    return Table(
        refs={str(pk): ref for pk, ref, *_more in papers},
        papers=[Paper(str(pk), each, language) for pk, _ref, language, *_more in papers],
        readers=[
            _reader(
                code,
                # Whoever applied competes with all the others: they read nobody.
                Limit(0, here=False) if code in applied else bounds[int(code)],
                len(papers),
                carried[code],
            )
            for code in people
        ],
        people=people,
        limits={code: bounds[int(code)] for code in people},
        applied=applied,
        kept=frozenset((paper, reader) for paper, reader, state in pairs if state in LIVE),
        fresh=frozenset(
            (paper, reader)
            for paper, reader, state in pairs
            if state == AssignmentState.ASSIGNED and (paper, reader) not in drafts
        ),
        done=done,
        seen=seen,
        ties=known.standing,
        aside=known.aside,
        barred=frozenset(known.standing) | frozenset(barred) | passed,
        pass_number=pass_number,
    )


def in_pass(cohort: Cohort, pass_number: int) -> QuerySet[Application]:
    """The submitted applications that are read in a pass: all of them in the first."""
    rows = applications.submitted(cohort)
    if pass_number == FIRST:
        return rows
    standing = SecondPass.objects.filter(cohort=cohort, undone_at=None)
    return rows.filter(pk__in=standing.values("applications"))


def _met(
    cohort: Cohort, every: QuerySet[Assignment], pass_number: int, pairs: Collection[tuple[str, str, str]]
) -> tuple[frozenset[Pair], frozenset[Pair]]:
    """Pairs of which a reviewer passed the text on, in whatever pass, and pairs who met in the other pass."""
    seen: set[Pair] = set()
    passed = {(paper, reader) for paper, reader, state in pairs if state == AssignmentState.PASSED}
    second = second_plan(cohort)
    if second is None:
        return frozenset(passed), frozenset()
    others = every.exclude(pass_number=pass_number).values_list("application_id", "reviewer_id", "state")
    for paper, reader, state in others:
        (passed if state == AssignmentState.PASSED else seen).add((str(paper), str(reader)))
    return frozenset(passed), frozenset() if second.same_reviewers else frozenset(seen)


def _applied(cohort: Cohort, people: Collection[str], writers: ties.Papers | None) -> frozenset[str]:
    """Who of these people applied too; `writers`: of all applications, where they are at hand."""
    if writers is not None:
        return frozenset(str(writer) for writer, _address in writers.values() if str(writer) in people)
    rows = applications.submitted(cohort).filter(applicant__in=[int(code) for code in people])
    return frozenset(str(writer) for writer in rows.values_list("applicant_id", flat=True))


def _reader(code: str, limit: Limit, papers: int, carried: int) -> Reader:
    if not limit.here:
        return Reader(code, 0, carried=carried)
    most = carried + papers if limit.most is None else limit.most
    return Reader(code, most, limit.languages, carried=carried)


def able(table: Table) -> dict[str, int]:
    """How many reviewers could read each application: who are here, read its language, and have no ties to it."""
    here = {
        one.code: one.languages
        for one in table.readers
        if table.limits[one.code].here and one.code not in table.applied
    }
    speak = Counter(language for languages in here.values() for language in languages)
    every = sum(1 for languages in here.values() if not languages)
    tongue = {one.code: one.language for one in table.papers}
    barred: Counter[str] = Counter()
    for paper, reader in table.barred:
        if paper not in tongue or reader not in here:
            continue
        if not tongue[paper] or not here[reader] or tongue[paper] in here[reader]:
            barred[paper] += 1
    return {
        one.code: (speak[one.language] + every if one.language else len(here)) - barred[one.code]
        for one in table.papers
    }


def solved(table: Table, seed: int = 0) -> Plan:
    """The plan in which what exists stays and everybody gets the reads that are missing, as far as limits let.

    Loads are even; where reviewers said how many hours they have, they follow the hours as far as languages and
    conflicts let. Nobody reads in one pass whom they read in the other, unless nobody else can.
    """
    apart = _solved(table, table.barred | table.seen, seed)
    if not table.seen or not apart.short:
        return apart
    met = replace(table, kept=table.kept | frozenset(apart.added))
    problem = Problem(table.papers, table.readers, kept=table.kept, conflicts=table.barred, seed=seed)
    return stated(problem, [*apart.added, *_solved(met, table.barred, seed).added])


def _solved(table: Table, barred: frozenset[Pair], seed: int) -> Plan:
    problem = Problem(table.papers, table.readers, kept=table.kept, conflicts=barred, seed=seed)
    shares = _by_hours(table, problem)
    if shares is None:
        return solve(problem)
    first = solve(replace(problem, reviewers=shares))
    pairs = first.added
    if first.short:
        pairs += solve(replace(problem, kept=table.kept | frozenset(pairs))).added
    return stated(problem, pairs)


def _by_hours(table: Table, problem: Problem) -> list[Reader] | None:
    """Everybody’s share of all reads by their hours, as their limit; None where nobody said how many they have.

    Who did not say counts as somebody in the middle. Limits take what is above them away, which the others share.
    """
    hours = [limit.hours for limit in table.limits.values() if limit.hours]
    if not hours:
        return None
    middle = median(hours)
    weights = {code: middle if limit.hours is None else limit.hours for code, limit in table.limits.items()}
    before = Counter(reader for _paper, reader in table.kept)
    base = {one.code: one.carried + before[one.code] for one in table.readers}
    open_ = {one.code: one.most for one in table.readers if one.most > base[one.code] and weights[one.code]}
    given = Counter(paper for paper, _reader in table.kept)
    needed = sum(max(one.reads - given[one.code], 0) for one in problem.applications)
    level = _level({code: (weights[code], base[code], most) for code, most in open_.items()}, needed)
    return [
        replace(one, most=max(base[one.code], min(one.most, ceil(level * weights[one.code]))))
        if one.code in open_
        else one
        for one in table.readers
    ]


def _level(open_: dict[str, tuple[float, int, int]], needed: int) -> float:
    """Reads an hour, so that those who have room take `needed` more together, or all that they can."""

    def taken(level: float) -> int:
        return sum(max(0, min(most, ceil(level * weight)) - base) for weight, base, most in open_.values())

    low, high = 0.0, max((most / weight for weight, _base, most in open_.values()), default=0.0)
    for _step in range(60):
        middle = (low + high) / 2
        low, high = (low, middle) if taken(middle) >= needed else (middle, high)
    return high
