"""A lottery over panels: what it gives everybody, what proves it, and a check of all of it in whole numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from tremplin.methods.selection.clash import Side, of_pool
from tremplin.methods.selection.panels_pool import Panel, Pool
from tremplin.methods.selection.panels_relaxed import Step, bound_of, column_prices


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a chance is what it is: `holding` are the sides of quotas that keep it from being more, with their whole
    prices; `sharing` people have the same chance for the same reason. Nothing holds a chance of 1."""

    code: str
    chance: Fraction
    holding: tuple[tuple[Side, int], ...]
    sharing: int


@dataclass(frozen=True, slots=True)
class PanelLottery:
    """Panel i, `panels[i]` people of each group, has the chance `weights[i]` / sum of weights.

    `wanted` (T,): the chances aimed at. `distance`: the largest difference of anybody's chance from that, as a
    fraction; `proven`: no lottery over panels comes nearer than this. `steps`: the proof that `wanted` is leximin,
    empty for other aims. `gap_of_whole`: whole panels fall short of fractional ones here.
    """

    pool: Pool
    aim: str
    panels: tuple[Panel, ...]
    weights: tuple[int, ...]
    wanted: tuple[Fraction, ...]
    distance: Fraction
    proven: Fraction
    steps: tuple[Step, ...]
    gap_of_whole: bool

    @property
    def exact(self) -> bool:
        """Whether everybody has exactly the chance aimed at."""
        return self.distance == 0

    def group_chances(self) -> tuple[Fraction, ...]:
        """(T,), from panels and weights alone."""
        total = sum(self.weights)
        return tuple(
            Fraction(
                sum(w * p[group] for p, w in zip(self.panels, self.weights, strict=True)), total * int(size)
            )
            for group, size in enumerate(self.pool.sizes)
        )

    def chances(self) -> dict[str, Fraction]:
        """Everybody's chance by code."""
        by_group = zip(self.pool.groups, self.group_chances(), strict=True)
        return dict(sorted((code, chance) for group, chance in by_group for code in group))

    def least(self) -> Fraction:
        return min(self.group_chances(), default=Fraction(0))

    def gini(self) -> float:
        """Inequality of chances over people: 0 all alike, towards 1 one has all."""
        values = sorted(self.chances().values())
        total = sum(values)
        if not total:
            return 0.0
        count = len(values)
        ranked = sum((rank * value for rank, value in enumerate(values, 1)), Fraction(0))
        return float(2 * ranked / (count * total) - Fraction(count + 1, count))

    def printable(self, total: int = 1_000_000) -> "PanelLottery":
        """The same panels with weights that sum to `total`, each within one of its share (largest remainders, ties
        in order of panels); `distance` says what that costs. Panels that round to nothing fall away."""
        given = sum(self.weights)
        shares = [divmod(weight * total, given) for weight in self.weights]
        spare = total - sum(whole for whole, _rest in shares)
        order = sorted(range(len(shares)), key=lambda at: (-shares[at][1], at))
        raised = set(order[:spare])
        weights = [whole + (at in raised) for at, (whole, _rest) in enumerate(shares)]
        kept = [at for at, weight in enumerate(weights) if weight]
        return lottery_of(
            self.pool,
            self.aim,
            tuple(self.panels[at] for at in kept),
            tuple(weights[at] for at in kept),
            self.wanted,
            proven=self.proven,
            steps=self.steps,
            gap=self.gap_of_whole,
        )

    def why(self, code: str) -> Reason:
        """What keeps the chance of `code` from being more. Raises KeyError for a code that is not in the pool."""
        group = next((at for at, codes in enumerate(self.pool.groups) if code in codes), None)
        if group is None:
            raise KeyError(code)
        chance = self.group_chances()[group]
        step = next((one for one in self.steps if group in one.groups), None)
        if step is None:
            return Reason(code, chance, (), len(self.pool.groups[group]))
        holding = [
            (of_pool(self.pool).side(row, "at most" if price > 0 else "at least"), abs(price))
            for row, price in step.limits
            if row < len(self.pool.quotas)
        ]
        return Reason(code, chance, tuple(holding), sum(len(self.pool.groups[at]) for at in step.groups))

    def faults(self) -> tuple[str, ...]:
        """Everything that does not hold, worked out anew in whole numbers and fractions: panels, weights, the
        distance, and each step of the proof."""
        pool, found = self.pool, []
        if not all(pool.admits(panel) for panel in self.panels):
            found.append("a panel breaks a limit")
        if len(self.panels) != len(self.weights) or not all(weight > 0 for weight in self.weights):
            found.append("a weight is not a positive whole number")
        elif _distance(self.group_chances(), self.wanted) != self.distance:
            found.append("chances are not as far from the aim as said")
        found += _faults_of_proof(pool, self.steps, self.wanted)
        return tuple(found)


def lottery_of(
    pool: Pool,
    aim: str,
    panels: tuple[Panel, ...],
    weights: tuple[int, ...],
    wanted: tuple[Fraction, ...],
    *,
    proven: Fraction = Fraction(0),
    steps: tuple[Step, ...] = (),
    gap: bool = False,
) -> PanelLottery:
    """Panels in the order of their weights, heaviest first."""
    order = sorted(range(len(panels)), key=lambda at: (-weights[at], panels[at]))
    made = PanelLottery(
        pool,
        aim,
        tuple(panels[at] for at in order),
        tuple(weights[at] for at in order),
        wanted,
        Fraction(0),
        proven,
        steps,
        gap,
    )
    distance = _distance(made.group_chances(), wanted)
    return PanelLottery(
        pool, aim, made.panels, made.weights, wanted, distance, min(proven, distance), steps, gap
    )


def _distance(chances: Sequence[Fraction], wanted: Sequence[Fraction]) -> Fraction:
    return max((abs(one - other) for one, other in zip(chances, wanted, strict=True)), default=Fraction(0))


def _faults_of_proof(pool: Pool, steps: Sequence[Step], wanted: Sequence[Fraction]) -> list[str]:
    """Each step's bound again, by arithmetic."""
    if not steps:
        return []
    settled: list[Fraction | None] = [None] * len(pool.sizes)
    found = []
    for number, step in enumerate(steps, 1):
        if not _holds(pool, step, settled):
            found.append(f"step {number} of the proof does not hold")
        for group in step.groups:
            settled[group] = step.chance
        for group in step.full:
            settled[group] = Fraction(1)
    if settled != list(wanted):
        found.append("the proof is of other chances")
    return found


def _holds(pool: Pool, step: Step, settled: list[Fraction | None]) -> bool:
    open_ = {group for group, known in enumerate(settled) if known is None}
    if not set(step.groups) | set(step.full) <= open_:
        return False
    if step.prices:
        weight = sum(step.prices[group] * int(pool.sizes[group]) for group in open_)
        left = Fraction(step.ceiling) - sum(
            (
                price * int(pool.sizes[group]) * (settled[group] or 0)
                for group, price in enumerate(step.prices)
            ),
            Fraction(0),
        )
        pressed = all(step.prices[group] > 0 for group in step.groups)
        return pressed and min(step.prices) >= 0 and weight > 0 and left / weight == step.chance
    if not step.limits:
        return step.chance == 1
    prices = column_prices(pool, dict(step.limits))
    pressed = all(prices[group] > 0 for group in step.groups) and all(
        prices[group] < 0 for group in step.full
    )
    return pressed and bound_of(pool, settled, dict(step.limits)) == step.chance
