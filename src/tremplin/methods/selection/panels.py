"""Fair lotteries over panels of exactly k people that keep limits on every trait: exact, proven, the same each time.

    pool = pool_of(people, quotas, seats)
    lottery = over_panels(pool)                      # leximin; or "maximin", "nash"
    lottery = decompose(people, quotas, seats, chances)   # chances that are given, for instance by MERIT

**Way.** People whom no limit tells apart are one group. The leximin chances of *fractional* panels are an upper
bound in the leximin order, exact and proven (`panels_relaxed`). They are peeled into whole panels
(`panels_peel`), and what does not peel is made up by column generation (`panels_columns`). Where whole panels
fall truly short of the bound, leximin is solved over whole panels, stage by stage, with a proof for each stage
(`panels_whole`).

**What is guaranteed.** Leximin and Nash chances are unique: a function of pool and limits, not of a solver.
"maximin" takes, among the lotteries with the largest smallest chance, the one nearest to equal chances in
squares. Panels keep all limits, whole numbers add up, and chances follow from panels and weights as fractions.
Which panels carry the chances is not unique; the same code, pool and solver version give the same ones.

Flanigan, Gölz, Gupta, Hennig, Procaccia, *Fair algorithms for selecting citizens' assemblies*, Nature 596, 2021.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from math import lcm
from typing import Literal

import numpy as np

from tremplin.methods.selection.clash import Clash, Side, explain, of_pool
from tremplin.methods.selection.panels_columns import (
    Finder,
    Nearest,
    OutOfPatience,
    compose,
    nearest,
)
from tremplin.methods.selection.panels_lottery import PanelLottery, Reason, lottery_of
from tremplin.methods.selection.panels_peel import FEW_GROUPS, peelings
from tremplin.methods.selection.panels_pool import Panel, Pool, PoolError, Quota, Real, pool_of
from tremplin.methods.selection.panels_relaxed import Step, leximin_bound
from tremplin.methods.selection.panels_solver import Program, SolverError
from tremplin.methods.selection.panels_welfare import least_squares, nash
from tremplin.methods.selection.panels_whole import leximin_whole

__all__ = [
    "Clash",
    "PanelLottery",
    "Pool",
    "PoolError",
    "Quota",
    "Reason",
    "Side",
    "SolverError",
    "Step",
    "decompose",
    "over_panels",
    "pool_of",
]

Aim = Literal["leximin", "maximin", "nash"]
_UNIT = 10**9
_NEAR = 1e-6
_CRUMB = 1e-9
_PATIENCE = 8  # panels that a solver is asked for before other peelings are tried
_SLACK = Fraction(1, 10**8)


def over_panels(pool: Pool, aim: Aim = "leximin") -> PanelLottery:
    """The fair lottery over all panels that `pool` admits. Raises Clash when there is none."""
    if not pool.groups:
        return lottery_of(pool, aim, ((),), (1,), ())
    bound = leximin_bound(pool)
    if bound is None or Finder(pool).best(np.zeros(len(pool.sizes))) is None:
        raise explain(of_pool(pool))
    fair = _leximin(pool, *bound)
    if aim == "leximin":
        return fair
    open_ = [group for group, chance in enumerate(fair.wanted) if chance]
    wanted: Real = np.zeros(len(pool.sizes))
    inner = _only(pool, open_)
    floor = float(fair.least()) if len(open_) == len(pool.sizes) else 0.0
    wanted[open_] = (nash(inner) if aim == "nash" else least_squares(inner, floor)).seats
    found = _towards(pool, wanted, aim, fair.panels)
    # Where whole panels fall short, leximin itself has the largest smallest chance.
    return replace(fair, aim=aim) if aim == "maximin" and found.least() < fair.least() - _SLACK else found


def decompose(
    people: Mapping[str, Mapping[str, str]],
    quotas: Sequence[Quota],
    seats: int,
    chances: Mapping[str, float],
) -> PanelLottery:
    """Panels of exactly `seats` people that keep all quotas and give everybody the chance in `chances`.

    Chances are met to 10⁻⁹ where any lottery over panels can; else `distance` says how near it came (the largest
    difference over people, the smallest possible) and `proven` that none comes nearer. Raises PoolError for chances
    that are not in [0, 1] or do not sum to the seats within 10⁻⁶; Clash when no panel keeps the quotas.
    """
    if set(chances) != set(people):
        odd = min(set(chances) ^ set(people))
        raise PoolError(f"{odd} stands among people or among chances, not in both")
    given = {code: float(chance) for code, chance in chances.items()}
    wrong = [code for code, value in sorted(given.items()) if not -_CRUMB <= value <= 1 + _CRUMB]
    if wrong:
        raise PoolError(f"the chance of {wrong[0]} is {given[wrong[0]]}: chances lie between 0 and 1")
    values = {code: min(1.0, max(0.0, value)) for code, value in given.items()}
    if abs(sum(values.values()) - seats) > _NEAR:
        raise PoolError(f"chances sum to {sum(values.values()):.6f}, not to the {seats} seats")
    pool = pool_of(people, quotas, seats, apart=values)
    if not pool.groups:
        return lottery_of(pool, "given", ((),), (1,), ())
    wanted = np.array([values[group[0]] * len(group) for group in pool.groups])
    return _towards(pool, wanted, "given", ())


def _leximin(pool: Pool, chances: tuple[Fraction, ...], steps: tuple[Step, ...]) -> PanelLottery:
    made, tried = _exactly(pool, _seats(pool, chances))
    if made is not None:
        return lottery_of(pool, "leximin", *made, chances, steps=steps)
    known = list(tried or _some(pool))
    fair = leximin_whole(pool, known)
    target = _seats(pool, fair.chances)
    composed = compose(pool, target, known)
    if composed is not None:
        return lottery_of(pool, "leximin", *_whole(composed), fair.chances, steps=fair.steps, gap=True)
    near = nearest(pool, target, known)
    if near is None:
        raise SolverError("the panels known do not make up the chances proven")
    return _near(pool, "leximin", near, fair.chances, steps=fair.steps, gap=True)


def _seats(pool: Pool, chances: Sequence[Fraction]) -> tuple[Fraction, ...]:
    return tuple(chance * int(size) for chance, size in zip(chances, pool.sizes, strict=True))


def _some(pool: Pool) -> tuple[Panel, ...]:
    panel = Finder(pool).best(np.zeros(len(pool.sizes)))
    if panel is None:
        raise explain(of_pool(pool))
    return (panel,)


def _towards(pool: Pool, seats: Real, aim: str, known: Sequence[Panel]) -> PanelLottery:
    """The lottery whose mean panel is nearest to `seats` (T,)."""
    target = _snap(pool, seats)
    if target is None:  # the limits themselves do not hold on average
        target = tuple(Fraction(round(float(value) * _UNIT), _UNIT) for value in seats)
    else:
        made, tried = _exactly(pool, target)
        if made is not None:
            return lottery_of(pool, aim, *made, _per_head(pool, target))
        known = (*tried, *known)
    near = nearest(pool, target, list(dict.fromkeys(known)))
    if near is None:
        raise explain(of_pool(pool))
    return _near(pool, aim, near, _per_head(pool, target), gap=near.distance > _SLACK)


def _exactly(
    pool: Pool, target: tuple[Fraction, ...]
) -> tuple[tuple[tuple[Panel, ...], tuple[int, ...]] | None, tuple[Panel, ...]]:
    """Panels and weights whose mean is `target`, None when there are none; and the panels that came up. Whoever has
    no chance is on no panel, so the work is on the others alone."""
    some = [at for at, value in enumerate(target) if value]
    inner, aimed = _only(pool, some), tuple(target[at] for at in some)
    if not some:
        return (((0,) * len(target),), (1,)), ()
    made, known = _made(inner, aimed)

    def full(panel: Panel) -> Panel:
        seated = dict(zip(some, panel, strict=True))
        return tuple(seated.get(at, 0) for at in range(len(target)))

    tried = tuple(full(panel) for panel in known)
    return (None if made is None else (tuple(full(panel) for panel in made[0]), made[1])), tried


def _made(
    pool: Pool, target: tuple[Fraction, ...]
) -> tuple[tuple[tuple[Panel, ...], tuple[int, ...]] | None, tuple[Panel, ...]]:
    """The same for people who all have a chance. With few groups column generation mostly ends soon after one peeling;
    where it does not, other peelings come first."""
    tried: list[Panel] = []
    for number, peeled in enumerate(peelings(pool, target)):
        tried = list(dict.fromkeys([*tried, *peeled.tried]))
        if not peeled.left:
            return (peeled.panels, peeled.weights), tuple(tried)
        if number == 0 and len(target) <= FEW_GROUPS:
            try:
                composed = compose(pool, target, tried, patience=_PATIENCE)
            except OutOfPatience:
                continue
            return (None if composed is None else _whole(composed)), tuple(tried)
    composed = compose(pool, target, tried)
    return (None if composed is None else _whole(composed)), tuple(tried)


def _per_head(pool: Pool, target: Sequence[Fraction]) -> tuple[Fraction, ...]:
    return tuple(value / int(size) for value, size in zip(target, pool.sizes, strict=True))


def _snap(pool: Pool, seats: Real) -> tuple[Fraction, ...] | None:
    """`seats` in units of 10⁻⁹, each to one of the next two, so that seats and limits hold exactly; None when the
    limits do not hold for them anyhow."""
    floor = np.floor(seats * _UNIT)
    sums = pool.rows.astype(float) @ floor
    raised = Program(pool.rows, integer=True).whole(
        seats * _UNIT - floor,
        np.zeros(len(seats)),
        np.where(floor < pool.sizes * _UNIT, 1.0, 0.0),
        pool.least * float(_UNIT) - sums,
        pool.most * float(_UNIT) - sums,
    )
    if raised is None:
        return None
    return tuple(Fraction(int(low) + int(up), _UNIT) for low, up in zip(floor, raised, strict=True))


def _only(pool: Pool, groups: Sequence[int]) -> Pool:
    kept = list(groups)
    return Pool(
        pool.seats,
        pool.quotas,
        tuple(pool.groups[at] for at in kept),
        pool.sizes[kept],
        pool.rows[:, kept],
        pool.least,
        pool.most,
    )


def _whole(
    made: tuple[tuple[Panel, ...], tuple[Fraction, ...]],
) -> tuple[tuple[Panel, ...], tuple[int, ...]]:
    panels, weights = made
    used = [at for at, weight in enumerate(weights) if weight]
    common = lcm(*(weights[at].denominator for at in used))
    return tuple(panels[at] for at in used), tuple(int(weights[at] * common) for at in used)


def _near(
    pool: Pool,
    aim: str,
    near: Nearest,
    wanted: tuple[Fraction, ...],
    *,
    steps: tuple[Step, ...] = (),
    gap: bool = False,
) -> PanelLottery:
    weights = [round(float(weight) * _UNIT) for weight in near.weights]
    weights[int(np.argmax(near.weights))] += _UNIT - sum(weights)
    used = [at for at, weight in enumerate(weights) if weight > 0]
    panels = tuple(near.panels[at] for at in used)
    return lottery_of(
        pool,
        aim,
        panels,
        tuple(weights[at] for at in used),
        wanted,
        proven=near.proven,
        steps=steps,
        gap=gap,
    )
