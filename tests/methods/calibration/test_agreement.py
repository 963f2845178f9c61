"""Intraclass correlation and Krippendorff's alpha."""

import itertools
import time

import numpy as np
import pytest

from tests.methods.calibration.world import world
from tremplin.methods.calibration import Read, intraclass, krippendorff
from tremplin.methods.calibration.agreement import Scale

# Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), section C: four observers, twelve units.
_OBSERVERS = (
    "1 2 3 3 2 1 4 1 2 . . .",
    "1 2 3 3 2 2 4 1 2 5 . 3",
    ". 3 3 3 2 3 4 2 2 5 1 .",
    "1 2 3 3 2 4 4 1 2 5 1 .",
)


def published() -> list[Read]:
    return [
        Read(f"u{unit:02}", f"o{number}", float(value))
        for number, line in enumerate(_OBSERVERS)
        for unit, value in enumerate(line.split())
        if value != "."
    ]


@pytest.mark.parametrize(("scale", "alpha"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)])
def test_krippendorff_2011_four_observers_with_missing_data(scale: Scale, alpha: float) -> None:
    found = krippendorff(published(), scale=scale)
    assert found.alpha == pytest.approx(alpha, abs=5e-4)
    assert found.pairable == 40


def pairs_alpha(reads: list[Read], scale: str) -> float:
    """Every pair in turn, as the definition has it."""
    units: dict[str, list[float]] = {}
    for read in reads:
        units.setdefault(read.applicant, []).append(read.score)
    kept = [values for values in units.values() if len(values) > 1]
    pool = sorted(itertools.chain(*kept))
    counts = {value: pool.count(value) for value in set(pool)}

    def distance(one: float, other: float) -> float:
        if scale == "nominal":
            return float(one != other)
        if scale == "interval":
            return (one - other) ** 2
        low, high = min(one, other), max(one, other)
        between = sum(number for value, number in counts.items() if low <= value <= high)
        return (between - (counts[low] + counts[high]) / 2) ** 2 if low != high else 0.0

    observed = sum(
        sum(distance(a, b) for a, b in itertools.permutations(values, 2)) / (len(values) - 1)
        for values in kept
    )
    expected = sum(distance(a, b) for a, b in itertools.permutations(pool, 2)) / (len(pool) - 1)
    return 1 - observed / expected


@pytest.mark.parametrize("scale", ["nominal", "ordinal", "interval"])
def test_alpha_is_what_all_pairs_give(scale: Scale) -> None:
    reads = world(3, 30, 6).reads[:-5]
    assert krippendorff(reads, scale=scale).alpha == pytest.approx(pairs_alpha(reads, scale))


def test_alpha_of_agreement_and_of_nothing() -> None:
    same = [Read(f"a{i}", f"r{j}", float(i % 4)) for i in range(20) for j in range(3)]
    assert krippendorff(same).alpha == pytest.approx(1)
    flat = krippendorff([Read("a", "x", 3), Read("a", "y", 3)])
    assert (flat.alpha, flat.low, flat.high) == (None, None, None)
    assert krippendorff([Read("a", "x", 3), Read("b", "x", 4)]).alpha is None


def test_the_interval_of_alpha_holds_what_many_applicants_give() -> None:
    whole = krippendorff(world(1, 6000, 60, severity=0, uneven=0, scale=0).reads).alpha
    assert whole is not None
    inside = 0
    for seed in range(20, 60):
        found = krippendorff(world(seed, 120, 60, severity=0, uneven=0, scale=0).reads, repeats=400)
        assert found.low is not None
        assert found.high is not None
        inside += found.low <= whole <= found.high
    assert 30 <= inside <= 40


def test_shrout_and_fleiss_1979_table_2_and_4() -> None:
    """Six targets, four judges: ICC(2,1) = .29, ICC(3,1) = .71, means of four ICC(2,4) = .62."""
    judged = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
    reads = [Read(f"t{i}", f"j{j}", value) for i, row in enumerate(judged) for j, value in enumerate(row)]
    found = intraclass(reads, prior=False)
    assert found.agreement == pytest.approx(0.29, abs=0.005)
    assert found.consistency == pytest.approx(0.71, abs=0.006)
    assert found.of_mean(4)[0] == pytest.approx(0.62, abs=0.005)


def test_the_interval_of_the_intraclass_correlation_holds_the_truth() -> None:
    true = 1 / (1 + 0.36 + 0.49)
    inside = 0
    for seed in range(60, 120):
        found = intraclass(world(seed, 120, 20, uneven=0, scale=0, top=None).reads)
        assert found.low < found.agreement < found.high
        assert found.agreement < found.consistency
        inside += found.low <= true <= found.high
    assert 48 <= inside <= 59


def test_alpha_of_many_reads_is_quick() -> None:
    chance = np.random.default_rng(1)
    reads = [Read(f"a{i:05}", f"r{j}", float(chance.integers(1, 8))) for i in range(10_000) for j in range(3)]
    started = time.thread_time()
    krippendorff(reads, scale="ordinal", repeats=100)
    assert time.thread_time() - started < 3
