"""Panels worth more than those at hand, by exchanging one person or two: quick to find where there are any.

A lottery's panels are all worth the same at its prices, so any exchange with a gain is a panel that the lottery lacks.
That there is no panel worth more, only a solver can say: it is asked when no exchange is left.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tremplin.methods.selection.panels_pool import Panel, Pool, Real, Whole

_GAIN = 1e-7
_TWICE = 100  # so many exchanges of one are put together in twos


class Exchanges:
    """Exchanges within the limits of a pool. Looking at one panel takes O(seats x groups x limits)."""

    def __init__(self, pool: Pool) -> None:
        self.sizes, self.rows = pool.sizes, pool.rows.T.astype(np.int16)
        self.least, self.most = pool.least.astype(np.int16), pool.most.astype(np.int16)

    def better(self, panels: Sequence[Panel], prices: Real, many: int) -> list[Panel]:
        """Up to `many` panels, the best exchange with a gain of each; of two people where none of one has a gain."""
        scale = float(abs(prices).max(initial=0.0)) or 1.0
        for search in (self._one, self._two):
            found: dict[Panel, float] = {}
            for panel in panels:
                made = search(np.array(panel, dtype=np.int64), prices / scale)
                if made is not None:
                    found[made[1]] = max(made[0], found.get(made[1], 0.0))
            if found:
                return sorted(found, key=lambda panel: (-found[panel], panel))[:many]
        return []

    def _moves(self, panel: Whole) -> tuple[Whole, Whole, NDArray[np.int16]]:
        """Who could leave for whom, and how the sums of the limits change; and what the limits count now."""
        leave, join = np.flatnonzero(panel > 0), np.flatnonzero(panel < self.sizes)
        return leave, join, (self.rows.T @ panel).astype(np.int16)

    def _one(self, panel: Whole, prices: Real) -> tuple[float, Panel] | None:
        """The panel after the best exchange of one, then of another one, and so on."""
        gained = 0.0
        while True:
            leave, join, sums = self._moves(panel)
            gain = prices[join][None, :] - prices[leave][:, None]
            out, into = np.nonzero(gain > _GAIN)
            counts = sums + self.rows[join[into]] - self.rows[leave[out]]
            fits = ((counts >= self.least) & (counts <= self.most)).all(axis=1)
            if not fits.any():
                return (gained, tuple(panel.tolist())) if gained else None
            best = np.flatnonzero(fits)[gain[out[fits], into[fits]].argmax()]
            gained += float(gain[out[best], into[best]])
            panel = panel.copy()
            panel[leave[out[best]]] -= 1
            panel[join[into[best]]] += 1

    def _two(self, panel: Whole, prices: Real) -> tuple[float, Panel] | None:
        """The panel after the best exchange of two at once among the exchanges of the greatest gains."""
        leave, join, sums = self._moves(panel)
        gain = (prices[join][None, :] - prices[leave][:, None]).ravel()
        order = np.argsort(-gain, kind="stable")[:_TWICE]
        out, into, gain = leave[order // len(join)], join[order % len(join)], gain[order]
        delta = self.rows[into] - self.rows[out]
        counts = (sums + delta)[:, None, :] + delta[None, :, :]
        fits = ((counts >= self.least) & (counts <= self.most)).all(axis=2)
        fits &= (out[:, None] != out) & (into[:, None] != into)
        both = np.where(fits, gain[:, None] + gain, -np.inf)
        first, second = divmod(int(both.argmax()), len(order))
        if not both[first, second] > _GAIN:
            return None
        made = panel.copy()
        for at in (first, second):
            made[out[at]] -= 1
            made[into[at]] += 1
        return float(both[first, second]), tuple(made.tolist())
