"""What an offer did, and what taking part did, by the assigned chances: estimates, intervals, and what is unknown."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np

from tremplin.methods.causal.designs import CONTROL, NEITHER, OFFERED, CausalError, Design, Floats
from tremplin.methods.causal.inference import Kept, contrast, contrasts, kept
from tremplin.methods.disparity.rates import quantile

LEVEL = 0.95

NOTHING_KNOWN = "interval-holds-zero"
MISSING = "outcomes-missing"
UNBOUNDED = "interval-without-end"
SAMPLED = "draws-sampled"
ZERO_JOINT = "pairs-never-drawn-together"
CODES = (NOTHING_KNOWN, MISSING, UNBOUNDED, SAMPLED, ZERO_JOINT)


@dataclass(frozen=True, slots=True)
class Effect:
    """`value` with the effects that the draw does not reject. `error`: standard error by the design, nan where not
    asked. `codes`: what to say with it, from `CODES`."""

    estimand: str
    value: float
    kept: Kept
    error: float
    offered: int
    control: int
    missing: int
    level: float
    codes: tuple[str, ...]

    @property
    def low(self) -> float:
        return self.kept.low

    @property
    def high(self) -> float:
        return self.kept.high

    @property
    def p(self) -> float:
        return self.kept.p


@dataclass(frozen=True, slots=True)
class Trial:
    """A draw as it came, and what became of people: arms (1, 0, -1), outcomes (nan: unknown), and who took part.

    Raises CausalError where the parts do not fit each other or the arms could not have been drawn.
    """

    design: Design
    arms: Floats
    outcomes: Floats
    took: Floats

    @classmethod
    def of(
        cls,
        design: Design,
        arms: Sequence[int],
        outcomes: Sequence[float],
        took: Sequence[float] | None = None,
    ) -> "Trial":
        parts = [np.array(values, float) for values in (arms, outcomes, arms if took is None else took)]
        if any(len(values) != design.people for values in parts):
            raise CausalError(
                f"The design has {design.people} people: give as many arms, outcomes and takings-part."
            )
        own = parts[0]
        if not np.isin(own, (OFFERED, CONTROL, NEITHER)).all():
            raise CausalError("Arms are 1 (offered), 0 (control) and -1 (neither).")
        for arm, chance in ((OFFERED, design.offered), (CONTROL, design.control)):
            wrong = np.nonzero((own == arm) & ~(chance > 0))[0]
            if len(wrong):
                raise CausalError(
                    f"Person {wrong[0] + 1} is in an arm that had no chance: it is another draw."
                )
        if np.isinf(parts[1]).any() or np.isnan(parts[2]).any():
            raise CausalError("Outcomes are finite or unknown (nan); who took part is known of everybody.")
        return cls(design, own, parts[1], np.where(parts[2] > 0, parts[2], 0.0))

    @property
    def comparable(self) -> np.ndarray:
        """Who could have come into either arm: nobody else says anything about the draw."""
        found: np.ndarray = (self.design.offered > 0) & (self.design.control > 0)
        return found

    @property
    def seen(self) -> np.ndarray:
        found: np.ndarray = self.comparable & ~np.isnan(self.outcomes)
        return found

    def counts(self) -> tuple[int, int, int]:
        seen = self.seen
        missing = int((self.comparable & (self.arms != NEITHER) & np.isnan(self.outcomes)).sum())
        return int((seen & (self.arms == OFFERED)).sum()), int((seen & (self.arms == CONTROL)).sum()), missing


def offer(trial: Trial, *, level: float = LEVEL) -> Effect:
    """What the offer did on average (intention to treat): weighted means by assigned chance, exact by the draw."""
    offered = (trial.arms == OFFERED).astype(float)
    return _effect(trial, "offer", offered, level, _error(trial))


def taking_part(trial: Trial, *, level: float = LEVEL) -> Effect:
    """What taking part did to those who take part because of an offer (the offer as an instrument; Wald's ratio).

    Its set of effects (Anderson–Rubin, by the draw) holds however few took it up: it then has no end. Assumes that an
    offer changes outcomes through taking part alone. Angrist, Imbens and Rubin, JASA 91, 1996.
    """
    return _effect(trial, "taking-part", trial.took, level, float("nan"))


def _effect(trial: Trial, estimand: str, dose: Floats, level: float, error: float) -> Effect:
    quantile(level)
    seen, design = trial.seen, trial.design
    pairs = [
        (contrasts(design, values, seen), contrast(design, trial.arms, values, seen))
        for values in (trial.outcomes, dose)
    ]
    found = kept(pairs[0], pairs[1], design.chances, exact=design.exact, alpha=1 - level)
    value = pairs[0][1] / pairs[1][1] if pairs[1][1] else float("nan")
    offered, control, missing = trial.counts()
    codes = (
        (NOTHING_KNOWN, found.p > 1 - level),
        (MISSING, missing > 0),
        (UNBOUNDED, not found.bounded),
        (SAMPLED, not design.exact),
    )
    return Effect(
        estimand, value, found, error, offered, control, missing, level,
        tuple(code for code, holds in codes if holds),
    )  # fmt: skip


def _error(trial: Trial) -> float:
    """Of the Hájek contrast: the Horvitz–Thompson variance of its residuals."""
    seen = trial.seen
    residuals = np.zeros(len(trial.arms))
    for arm, chance in ((OFFERED, trial.design.offered), (CONTROL, trial.design.control)):
        inside = seen & (trial.arms == arm)
        if inside.any():
            mean = float(np.average(trial.outcomes[inside], weights=1 / chance[inside]))
            residuals[inside] = trial.outcomes[inside] - mean
    many = max(int(seen.sum()), 1)
    return sqrt(max(_variance(trial.design, trial.arms, residuals, seen), 0.0)) / many


@dataclass(frozen=True, slots=True)
class Weighted:
    """Horvitz and Thompson's difference of totals by person, with its standard error and normal interval."""

    value: float
    error: float
    low: float
    high: float
    codes: tuple[str, ...]


def horvitz_thompson(trial: Trial, *, level: float = LEVEL) -> Weighted:
    """Unbiased by the known chances of each person (JASA 47, 1952); its variance by the joint chances of each pair.

    Aronow and Samii, “Estimating average causal effects under general interference”, Annals of Applied Statistics 11,
    2017, for the estimator of the variance: not below the truth on average, pairs that are never seen together bounded.
    """
    seen, design = trial.seen, trial.design
    many = int(seen.sum())
    if not many:
        raise CausalError("No outcome is known: no effect can be read from this draw.")
    outcomes = np.where(seen, trial.outcomes, 0.0)
    value = 0.0
    for arm, chance, sign in ((OFFERED, design.offered, 1), (CONTROL, design.control, -1)):
        inside = seen & (trial.arms == arm)
        value += sign * float((outcomes[inside] / chance[inside]).sum()) / many
    error = sqrt(max(_variance(design, trial.arms, outcomes, seen), 0.0)) / many
    reach = quantile(level) * error
    joint = design.joint(OFFERED, OFFERED)[np.ix_(seen, seen)]
    codes = (
        (MISSING, trial.counts()[2] > 0),
        (SAMPLED, not design.exact),
        (ZERO_JOINT, bool((joint == 0).any())),
    )
    return Weighted(value, error, value - reach, value + reach, tuple(code for code, holds in codes if holds))


def _variance(design: Design, arms: Floats, values: Floats, seen: np.ndarray) -> float:
    """The estimated variance of the sum over one arm by chance less that over the other."""
    total = 0.0
    sides = ((OFFERED, design.offered), (CONTROL, design.control))
    for one, chance in sides:
        inside = seen & (arms == one)
        y, p = values[inside], chance[inside]
        joint = design.joint(one, one)[np.ix_(inside, inside)]
        np.fill_diagonal(joint, p)
        total += _pairs(y, p, y, p, joint)
        never = (design.joint(one, one) <= 0) & seen[:, None] & seen[None, :]
        never &= ~np.eye(len(never), dtype=bool)
        # Young's inequality for what never occurs together: y_i y_j is at most half of both squares.
        total += float((never[inside].sum(1) * y**2 / p).sum())
    ours, theirs = (seen & (arms == arm) for arm, _chance in sides)
    joint = design.joint(OFFERED, CONTROL)
    total -= 2 * _pairs(
        values[ours], design.offered[ours], values[theirs], design.control[theirs],
        joint[np.ix_(ours, theirs)],
    )  # fmt: skip
    never = (
        (joint <= 0) & seen[:, None] & seen[None, :]
    )  # nobody is in both arms: the diagonal is always here
    total += float((never[ours].sum(1) * values[ours] ** 2 / design.offered[ours]).sum())
    total += float((never[:, theirs].sum(0) * values[theirs] ** 2 / design.control[theirs]).sum())
    return total


def _pairs(y: Floats, p: Floats, z: Floats, q: Floats, joint: Floats) -> float:
    with np.errstate(divide="ignore", invalid="ignore"):
        weight = np.where(joint > 0, (joint - np.outer(p, q)) / joint, 0.0)
    return float((y / p) @ weight @ (z / q))


def together(
    trials: Sequence[Trial], *, level: float = LEVEL, draws: int = 9_999, seed: int = 0
) -> tuple[Effect, ...]:
    """The effect of the offer over the first cohort, the first two, and so on, weighted by people.

    Cohorts are drawn apart, so their worlds are combined at random, `draws` of them: the inference stays that of the
    draws alone. The interval narrows as cohorts join. Raises CausalError for no cohort.
    """
    if not trials:
        raise CausalError("No cohort: there is nothing to pool.")
    generator = np.random.Generator(np.random.Philox(seed))
    rows = []
    for trial in trials:
        seen, offered = trial.seen, (trial.arms == OFFERED).astype(float)
        picked = generator.choice(len(trial.design.chances), draws, p=trial.design.chances)
        there, moved = (contrasts(trial.design, v, seen)[picked] for v in (trial.outcomes, offered))
        here = contrast(trial.design, trial.arms, trial.outcomes, seen)
        rows.append((float(seen.sum()), there, moved, here, _error(trial), trial.counts()))
    found = []
    for many in range(1, len(rows) + 1):
        first = rows[:many]
        share = np.array([row[0] for row in first]) / sum(row[0] for row in first)
        there = sum(part * row[1] for part, row in zip(share, first, strict=True))
        moved = sum(part * row[2] for part, row in zip(share, first, strict=True))
        value = float(sum(part * row[3] for part, row in zip(share, first, strict=True)))
        error = sqrt(sum((part * row[4]) ** 2 for part, row in zip(share, first, strict=True)))
        still = kept(
            (np.asarray(there), value), (np.asarray(moved), 1.0), np.full(draws, 1 / draws),
            exact=False, alpha=1 - level,
        )  # fmt: skip
        offered_, control, missing = (sum(row[5][place] for row in first) for place in range(3))
        codes = ((NOTHING_KNOWN, still.p > 1 - level), (MISSING, missing > 0), (UNBOUNDED, not still.bounded))
        said = (*(code for code, holds in codes if holds), SAMPLED)
        found.append(Effect("offer", value, still, error, offered_, control, missing, level, said))
    return tuple(found)
