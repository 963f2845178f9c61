"""Who may be drawn, and what a panel must look like: people merged into groups that no limit tells apart.

People with the same values under every limit are interchangeable: a fair lottery gives them the same chance, so
a panel is how many it takes of each group. That turns thousands of people into a few hundred whole numbers.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int64]
Real = NDArray[np.float64]
Panel = tuple[int, ...]
"""How many of each group."""


class PoolError(ValueError):
    """Input that cannot be meant: says what, where and what to do."""


@dataclass(frozen=True, slots=True)
class Quota:
    """At least `least` and at most `most` people of a panel have `value` in `category`."""

    category: str
    value: str
    least: int
    most: int


@dataclass(frozen=True, slots=True, eq=False)
class Pool:
    """`groups`: T tuples of codes in order, sorted by their first code; `sizes` (T,) people; `rows` (Q + 1, T) 0/1,
    the last of ones; `least` and `most` (Q + 1,), the last both `seats`."""

    seats: int
    quotas: tuple[Quota, ...]
    groups: tuple[tuple[str, ...], ...]
    sizes: Whole
    rows: Whole
    least: Whole
    most: Whole

    @property
    def people(self) -> int:
        return int(self.sizes.sum())

    def admits(self, panel: Sequence[int]) -> bool:
        """Whether a panel has the seats, keeps every limit and takes nobody twice. Exact."""
        counts = np.asarray(panel, dtype=np.int64)
        if counts.shape != self.sizes.shape:
            return False
        found = self.rows @ counts
        return bool(
            (counts >= 0).all()
            and (counts <= self.sizes).all()
            and (found >= self.least).all()
            and (found <= self.most).all()
        )


def pool_of(
    people: Mapping[str, Mapping[str, str]],
    quotas: Sequence[Quota],
    seats: int,
    *,
    apart: Mapping[str, Hashable] | None = None,
) -> Pool:
    """A pool from each code's values by category. O(people × quotas).

    `apart`: people with different marks here are kept in different groups even where no limit tells them apart.
    A value without a quota is not limited. Raises PoolError for a quota that stands twice or is turned round,
    for seats below 0 or beyond the people, and for somebody without a value in a category that has quotas.
    """
    _check_quotas(quotas, seats, len(people))
    categories = list(dict.fromkeys(quota.category for quota in quotas))
    limited = {(quota.category, quota.value) for quota in quotas}
    merged: dict[tuple[Hashable, ...], list[str]] = {}
    traits: dict[tuple[Hashable, ...], Mapping[str, str]] = {}
    for code in sorted(people):
        values = people[code]
        missing = [category for category in categories if category not in values]
        if missing:
            raise PoolError(f"{code} has no value for “{missing[0]}”: fill it in, or take its limits away")
        seen = [values[name] if (name, values[name]) in limited else None for name in categories]
        key = (*seen, apart[code] if apart else None)
        merged.setdefault(key, []).append(code)
        traits.setdefault(key, values)
    keys = list(merged)
    member = [[traits[key][quota.category] == quota.value for key in keys] for quota in quotas]
    return Pool(
        seats=seats,
        quotas=tuple(quotas),
        groups=tuple(tuple(merged[key]) for key in keys),
        sizes=np.array([len(merged[key]) for key in keys], dtype=np.int64),
        rows=np.array([*member, [True] * len(keys)], dtype=np.int64).reshape(len(quotas) + 1, len(keys)),
        least=np.array([*(quota.least for quota in quotas), seats], dtype=np.int64),
        most=np.array([*(quota.most for quota in quotas), seats], dtype=np.int64),
    )


def _check_quotas(quotas: Sequence[Quota], seats: int, people: int) -> None:
    if not 0 <= seats <= people:
        raise PoolError(f"{seats} seats cannot be filled from {people} people")
    seen = set()
    for quota in quotas:
        name = f"“{quota.value}” in “{quota.category}”"
        if (quota.category, quota.value) in seen:
            raise PoolError(f"{name} has two limits: keep one")
        seen.add((quota.category, quota.value))
        if not 0 <= quota.least <= quota.most:
            raise PoolError(f"{name}: at least {quota.least} and at most {quota.most} cannot both hold")
