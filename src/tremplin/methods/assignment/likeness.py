"""Scores from what people say of themselves: tags in common, and texts that use the same rare words.

Both give numbers from 0 to 1, so that they can be mixed: `0.5 * tags + 0.5 * texts`. No model is trained and nothing is
sent anywhere; `words_in_common` says what a score rests on.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tremplin.methods.assignment.problem import ProblemFault, Scores

Floats = NDArray[np.float64]
_WORD = re.compile(r"[^\W\d_]{3,}")


def from_tags(applications: Sequence[Collection[str]], reviewers: Sequence[Collection[str]]) -> Floats:
    """(n, m): the share of an application's tags that a reviewer has too, rare tags counting for more.

    A tag's weight is ln(1 + people / people who have it), over both sides. No tags: 0. O(tags in all x m).
    """
    people = [frozenset(tags) for tags in (*applications, *reviewers)]
    seen = Counter(tag for tags in people for tag in tags)
    tags = sorted(seen)
    place = {tag: number for number, tag in enumerate(tags)}
    weight = np.log1p(len(people) / np.array([seen[tag] for tag in tags], dtype=np.float64))
    ours, theirs = (
        _table(side, place) for side in (people[: len(applications)], people[len(applications) :])
    )
    whole = ours @ weight
    common: Floats = (ours * weight) @ theirs.T
    return common / np.where(whole > 0, whole, 1.0)[:, None]


def _table(people: Sequence[Collection[str]], place: dict[str, int]) -> Floats:
    table = np.zeros((len(people), len(place)))
    for row, tags in enumerate(people):
        table[row, [place[tag] for tag in sorted(tags)]] = 1.0
    return table


def words(text: str) -> list[str]:
    """The words of a text, folded: no accents, no case, three letters at least."""
    flat = unicodedata.normalize("NFKD", text.casefold())
    return _WORD.findall("".join(letter for letter in flat if not unicodedata.combining(letter)))


def from_texts(applications: Sequence[str], reviewers: Sequence[str]) -> Floats:
    """(n, m): the cosine of word counts, each 1 + ln(count) times ln((1 + texts) / (1 + texts with it)) + 1.

    Weighting as of Salton and Buckley (“Term-weighting approaches in automatic text retrieval”, 1988). Words in more
    than half of at least eight texts are left out: they say nothing. A text without words is like nobody's: 0.
    """
    ours, theirs, _vocabulary = _vectors(applications, reviewers)
    product = ours @ theirs.T
    return np.asarray(product.toarray(), dtype=np.float64).clip(0.0, 1.0)


def words_in_common(
    application: str, reviewer: str, texts: Sequence[str], *, most: int = 10
) -> tuple[str, ...]:
    """The words that make two of these texts alike, the weightiest first (by code where equal)."""
    ours, theirs, vocabulary = _vectors([application], [reviewer, *texts])
    shared = (ours.multiply(theirs[[0]])).toarray().ravel()
    order = sorted(np.flatnonzero(shared).tolist(), key=lambda at: (-shared[at], vocabulary[at]))
    return tuple(vocabulary[at] for at in order[:most])


def _vectors(applications: Sequence[str], reviewers: Sequence[str]) -> tuple[Any, Any, list[str]]:
    from scipy.sparse import csr_array

    counts = [Counter(words(text)) for text in (*applications, *reviewers)]
    texts = Counter(word for count in counts for word in count)
    common = len(counts) / 2 if len(counts) >= 8 else len(counts)
    vocabulary = sorted(word for word, number in texts.items() if number <= common)
    place = {word: number for number, word in enumerate(vocabulary)}
    rare = {word: np.log((1 + len(counts)) / (1 + texts[word])) + 1 for word in vocabulary}
    entries, columns, starts = [], [], [0]
    for count in counts:
        here = [
            (place[word], (1 + np.log(number)) * rare[word])
            for word, number in count.items()
            if word in place
        ]
        norm = float(np.sqrt(sum(value * value for _at, value in here))) or 1.0
        here.sort()
        columns += [at for at, _value in here]
        entries += [value / norm for _at, value in here]
        starts.append(len(columns))
    table = csr_array((entries, columns, starts), shape=(len(counts), len(vocabulary)), dtype=np.float64)
    return table[: len(applications)], table[len(applications) :], vocabulary


def from_triples(
    applications: Sequence[str],
    reviewers: Sequence[str],
    triples: Iterable[tuple[str, str, float]],
    *,
    otherwise: float = 0.0,
) -> Scores:
    """(n, m) scores of (application, reviewer, score) triples; `otherwise` for pairs that are not among them.

    Raises ProblemFault for a pair that stands twice or names somebody unknown.
    """
    row = {code: number for number, code in enumerate(applications)}
    column = {code: number for number, code in enumerate(reviewers)}
    table = np.full((len(row), len(column)), float(otherwise))
    seen: set[tuple[str, str]] = set()
    for application, reviewer, score in triples:
        where = f"score of {application} × {reviewer}"
        if application not in row or reviewer not in column:
            raise ProblemFault(
                "names somebody who is not there", where, "Add the person or take the score out."
            )
        if (application, reviewer) in seen:
            raise ProblemFault("stands twice", where, "Give each pair one score.")
        seen.add((application, reviewer))
        table[row[application], column[reviewer]] = score
    return table
