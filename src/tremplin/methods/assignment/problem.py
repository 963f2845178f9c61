"""The question that an assignment answers, as data: who is to be read, who reads, and within which limits."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray

Pair = tuple[str, str]
Scores = NDArray[np.floating[Any]]


class ProblemFault(ValueError):
    """The input cannot be read as a question: what is wrong, where, and what to do about it."""

    def __init__(self, what: str, where: str, remedy: str) -> None:
        super().__init__(f"{where}: {what}. {remedy}")
        self.what, self.where, self.remedy = what, where, remedy


@dataclass(frozen=True, slots=True)
class Application:
    """An application to be read `reads` times, at least `least` times (a hard limit; 0: none).

    An empty `language` can be read by everybody. `length` weighs it against `Reviewer.most_length`.
    """

    code: str
    reads: int
    language: str = ""
    least: int = 0
    length: float = 1.0


@dataclass(frozen=True, slots=True)
class Reviewer:
    """Somebody who reads at most `most` applications in all, at least `least` (a hard limit).

    Empty `languages` means every language. `carried` are reads outside the question; they count, and stay.
    `most_length` caps the sum of the lengths of what is read here (None: no cap).
    """

    code: str
    most: int
    languages: frozenset[str] = frozenset()
    least: int = 0
    carried: int = 0
    most_length: float | None = None


@dataclass(frozen=True)
class Problem:
    """n applications, m reviewers, the pairs that must or must not be, and how well each reviewer suits.

    `scores`: (n, m) floats, greater is better, or None where no expertise is known (then loads are evened out and
    pairs of reviewers mixed). Pairs are (application, reviewer) codes. `conflicts` and `forbidden` must not be (two
    names, because their reasons are told apart); `mandatory` must be. `kept` exist: with `margin` None they stay
    whatever happens, in conflict or above a limit too; with a number they stay unless the total gains more than
    `margin` for each that goes. Pairs of `conflicts`, `forbidden` and `kept` that name somebody unknown are ignored:
    people leave. `seed` decides between equals, by a hash of seed and codes.

    Raises ProblemFault: a code that stands twice, a number that is negative or not whole, scores of another shape, NaN
    or infinite, a mandatory pair that names nobody.
    """

    applications: Sequence[Application]
    reviewers: Sequence[Reviewer]
    scores: Scores | None = None
    conflicts: frozenset[Pair] = frozenset()
    forbidden: frozenset[Pair] = frozenset()
    mandatory: frozenset[Pair] = frozenset()
    kept: frozenset[Pair] = frozenset()
    margin: float | None = None
    seed: int = 0
    row: Mapping[str, int] = field(init=False, repr=False, compare=False)
    column: Mapping[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        for name, what in (("applications", "application"), ("reviewers", "reviewer")):
            object.__setattr__(self, name, tuple(getattr(self, name)))
            index = _index([one.code for one in getattr(self, name)], what)
            object.__setattr__(self, "row" if what == "application" else "column", index)
        for name in ("conflicts", "forbidden", "mandatory", "kept"):
            object.__setattr__(self, name, frozenset(getattr(self, name)))
        _check_numbers(self.applications, self.reviewers)
        _check_scores(self)
        if self.margin is not None and not (isfinite(self.margin) and self.margin >= 0):
            raise ProblemFault(
                "is not a number from 0", "margin", "State by how much a change must be better."
            )
        for application, reviewer in sorted(self.mandatory):
            if application not in self.row or reviewer not in self.column:
                raise ProblemFault(
                    "names somebody who is not there",
                    f"mandatory pair {application} × {reviewer}",
                    "Add the person or take the pair out.",
                )

    def places(self, pairs: Iterable[Pair]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Rows and columns of those pairs whose two codes are known, sorted."""
        row, column = self.row, self.column
        known = sorted((row[a], column[r]) for a, r in pairs if a in row and r in column)
        both = np.array(known, dtype=np.intp).reshape(-1, 2)
        return both[:, 0], both[:, 1]

    @property
    def shape(self) -> tuple[int, int]:
        return len(self.applications), len(self.reviewers)


def _index(codes: Sequence[str], what: str) -> dict[str, int]:
    index: dict[str, int] = {}
    for position, code in enumerate(codes):
        if index.setdefault(code, position) != position:
            raise ProblemFault("stands twice", f"{what} {code}", "Give each one code, once.")
    return index


def _check_numbers(applications: Iterable[Application], reviewers: Iterable[Reviewer]) -> None:
    for one in applications:
        _whole(f"application {one.code}", reads=one.reads, least=one.least)
        if one.least > one.reads:
            raise ProblemFault(
                f"at least {one.least} reads of {one.reads}",
                f"application {one.code}",
                "Raise reads or lower least.",
            )
        if not (isfinite(one.length) and one.length >= 0):
            raise ProblemFault(f"length {one.length}", f"application {one.code}", "Give a number from 0.")
    for other in reviewers:
        _whole(f"reviewer {other.code}", most=other.most, least=other.least, carried=other.carried)
        if other.least > max(other.most, other.carried):
            raise ProblemFault(
                f"at least {other.least} reads, at most {other.most}",
                f"reviewer {other.code}",
                "Raise most or lower least.",
            )
        if other.most_length is not None and not (isfinite(other.most_length) and other.most_length >= 0):
            raise ProblemFault(
                f"most length {other.most_length}", f"reviewer {other.code}", "Give a number from 0, or none."
            )


def _whole(where: str, **numbers: int) -> None:
    for name, number in numbers.items():
        # Numbers come from spreadsheets too: numpy's integers are welcome, 2.5 and "3" are not.
        if isinstance(number, bool) or not isinstance(number, (int, np.integer)) or number < 0:
            raise ProblemFault(f"{name} is {number!r}", where, "Give a whole number from 0.")


def _check_scores(problem: Problem) -> None:
    if problem.scores is None:
        return
    scores = np.asarray(problem.scores)
    if scores.dtype.kind in "iub":
        scores = scores.astype(np.float64)
    if scores.dtype.kind != "f" or scores.shape != problem.shape:
        raise ProblemFault(
            f"shape {scores.shape} of {scores.dtype}", "scores", f"Give numbers of shape {problem.shape}."
        )
    if scores.size and not isfinite(float(scores.sum())):
        bad = np.argwhere(~np.isfinite(scores))
        if len(bad):
            row, column = bad[0].tolist()
            where = f"score of {problem.applications[row].code} × {problem.reviewers[column].code}"
            raise ProblemFault(
                f"is {scores[row, column]}", where, "Give a number, or forbid the pair if they must not meet."
            )
    object.__setattr__(problem, "scores", scores)
