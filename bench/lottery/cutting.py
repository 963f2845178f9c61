"""The usual way to MERIT, as a measure for ours: cutting planes over groups, solved by HiGHS from where it stood.

Any optimum of the linear programme: which one is left to the solver. On each line one cut, the deepest.
"""

from dataclasses import dataclass

import numpy as np

from bench.lottery.instances import Instance
from tremplin.methods.selection.grid import Grid, grid


@dataclass(frozen=True, slots=True)
class Cutting:
    value: float
    rounds: int
    cuts: int


def worst(seen: Grid, chances: np.ndarray) -> np.ndarray:
    order = np.argsort(chances, kind="stable")
    within = seen.within[:, order]
    before = np.cumsum(within, axis=1) - within
    taken = np.empty_like(within)
    taken[:, order] = np.clip(seen.left[:, None] - before, 0, within)
    return seen.above + taken


def solve(instance: Instance) -> Cutting:
    import highspy

    seen = grid(instance.low, instance.high, instance.places)
    groups, places = len(seen.size), float(instance.places)
    highs = highspy.Highs()
    for option, value in (("output_flag", False), ("threads", 1), ("primal_feasibility_tolerance", 1e-9)):
        highs.setOptionValue(option, value)
    low, high = np.where(seen.in_every_top, 1.0, 0.0), np.where(seen.in_no_top, 0.0, 1.0)
    highs.addVars(groups + 1, np.append(low, 0.0), np.append(high, places))
    highs.changeColCost(groups, -1.0)
    highs.addRow(places, places, groups, np.arange(groups, dtype=np.int32), seen.size.astype(float))
    chances, value, rounds, cuts = (low + high) / 2, np.inf, 0, 0
    while True:
        tops = worst(seen, chances)
        lacking = tops @ chances < value - 1e-7
        if rounds and not lacking.any():
            return Cutting(value, rounds, cuts)
        rounds += 1
        for top in tops[lacking]:
            used = np.flatnonzero(top)
            columns = np.append(used, groups).astype(np.int32)
            highs.addRow(
                0.0, highspy.kHighsInf, len(columns), columns, np.append(top[used].astype(float), -1.0)
            )
            cuts += 1
        highs.run()
        found = np.array(highs.getSolution().col_value)
        chances, value = np.clip(found[:-1], 0.0, 1.0), float(found[-1])
