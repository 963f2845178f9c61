"""Nobody may take a place from somebody clearly better: where the line runs.

If one interval lies wholly above another, moving chance from the lower to the higher person never lowers the expected
number of true top people, whatever the truth: every possible top with the lower one in it also holds the higher one.
So among the best selections are some where, of any two such people, the higher is sure or the lower is out. That
holds exactly when there is a line with everybody above it sure and everybody below it out. Then no way to draw,
however the chances are joined, can take the lower one and leave the higher one behind.
"""

import numpy as np
import numpy.typing as npt

from tremplin.methods.selection.grid import TIE, Floats, Ints, cliques


def line(first: Ints, last: Ints, chances: Floats) -> int:
    """The line to which chances can be straightened by moving them from lower to clearly higher people only.

    `first`, `last` (m,): the lines that each interval holds. It is the lowest line above which people lack no more to
    be sure than those who end on it or below hold. On the line under it they lacked more, so what those below this one
    hold is no more than what those who begin on it or above lack: all of that can move up, and everybody above can be
    filled. Depends on nothing but the arguments as a set. O(m log m).
    """
    index = np.arange(int(last.max()) + 1)
    by_first, by_last = np.argsort(first, kind="stable"), np.argsort(last, kind="stable")
    lacks = np.append(np.cumsum((1.0 - chances[by_first])[::-1])[::-1], 0.0)
    holds = np.append(0.0, np.cumsum(chances[by_last]))
    above = lacks[np.searchsorted(first[by_first], index, side="right")]
    up_to = holds[np.searchsorted(last[by_last], index, side="right")]
    return int(np.argmax(above <= up_to + TIE))


def sides(
    low: Floats, high: Floats, chances: Floats, cells: Ints
) -> tuple[npt.NDArray[np.int8], list[tuple[float, float]]]:
    """Where each person stands to the line of their cell: 1 above, 0 across, -1 below; and for each cell, as they are
    numbered, the stretch in which the line may run without anybody changing sides. People in different cells are not
    compared: limits treat them differently."""
    side = np.zeros(len(low), dtype=np.int8)
    stretches = []
    for cell in range(int(cells.max()) + 1):
        here = np.flatnonzero(cells == cell)
        _lines, first, last = cliques(low[here], high[here])
        where = line(first, last, chances[here])
        above, below = first > where, last < where
        side[here[above]], side[here[below]] = 1, -1
        stretches.append(
            (
                float(low[here][~above].max(initial=-np.inf)),
                float(high[here][~below].min(initial=np.inf)),
            )
        )
    return side, stretches
