import math
import time
from typing import Any

import numpy as np
import pytest

from tremplin.methods.calibration import Calibration, FaultyReads, Read
from tremplin.methods.calibration import calibrate as any_model


def calibrate(reads: list[Read], **how: Any) -> Calibration:
    """The exact model with normal scores, however many reads there are."""
    return any_model(reads, model="severity", **how)


def invent(
    seed: int,
    applicants: int,
    reviewers: int,
    reads: int,
    *,
    merit: float = 1.0,
    severity: float = 0.7,
    noise: float = 1.2,
) -> tuple[list[Read], dict[str, float], dict[str, float]]:
    chance = np.random.default_rng(seed)
    a = chance.normal(0, merit, applicants)
    b = chance.normal(0, severity, reviewers)
    rows = [
        Read(f"a{i:05}", f"r{j:03}", float(5 + a[i] + b[j] + chance.normal(0, noise)))
        for i in range(applicants)
        for j in chance.choice(reviewers, reads, replace=False)
    ]
    truth = {f"a{i:05}": float(a[i]) for i in range(applicants)}
    return rows, truth, {f"r{j:03}": float(b[j]) for j in range(reviewers)}


def dense(reads: list[Read], found: Calibration) -> tuple[dict[str, float], dict[str, float], float]:
    """Generalised least squares with the full covariance matrix: the textbook formula, nothing eliminated."""
    people, readers = sorted({r.applicant for r in reads}), sorted({r.reviewer for r in reads})
    z = np.array([[r.applicant == p for p in people] for r in reads], float)
    w = np.array([[r.reviewer == p for p in readers] for r in reads], float)
    y, one = np.array([r.score for r in reads]), np.ones(len(reads))
    a, b, e = found.merit_variance, found.severity_variance, found.noise_variance
    v = a * z @ z.T + b * w @ w.T + e * np.eye(len(y))
    inverse = np.linalg.inv(v)
    mean = one @ inverse @ y / (one @ inverse @ one)
    effect = a * z.T @ inverse @ (y - mean)
    p = inverse - np.outer(inverse @ one, one @ inverse) / (one @ inverse @ one)
    error = a * np.eye(len(people)) - a * z.T @ p @ z * a
    return (
        dict(zip(people, mean + effect, strict=True)),
        dict(zip(people, np.sqrt(np.diag(error)), strict=True)),
        float(mean),
    )


def restricted_likelihood(reads: list[Read], a: float, b: float, e: float) -> float:
    people, readers = sorted({r.applicant for r in reads}), sorted({r.reviewer for r in reads})
    z = np.array([[r.applicant == p for p in people] for r in reads], float)
    w = np.array([[r.reviewer == p for p in readers] for r in reads], float)
    y, one = np.array([r.score for r in reads]), np.ones(len(reads))
    v = a * z @ z.T + b * w @ w.T + e * np.eye(len(y))
    inverse = np.linalg.inv(v)
    information = one @ inverse @ one
    residual = y - one @ inverse @ y / information
    return -0.5 * float(np.linalg.slogdet(v)[1] + np.log(information) + residual @ inverse @ residual)


def prior(a: float, b: float, e: float) -> float:
    logs = np.log([e / a, e / b]) - np.log([0.61 / 0.26, 0.61 / 0.13])
    return -0.5 * float((logs**2).sum()) / 1.2**2


@pytest.mark.parametrize("seed", range(4))
def test_estimates_and_intervals_equal_the_textbook_formula(seed: int) -> None:
    reads, _truth, _severity = invent(seed, 25, 6, 3)
    reads = reads[: -5 * seed or None]  # some applicants with fewer reads
    found = calibrate(reads, level=0.9)
    effect, error, mean = dense(reads, found)
    assert found.mean == pytest.approx(mean, abs=1e-9)
    for row in found.estimates:
        assert row.estimate == pytest.approx(effect[row.applicant], abs=1e-9)
        assert row.deviation == pytest.approx(error[row.applicant], abs=1e-9)
        assert row.high - row.low == pytest.approx(2 * 1.6448536 * error[row.applicant], abs=1e-6)


@pytest.mark.parametrize("seed", range(3))
def test_variances_maximise_likelihood_and_prior(seed: int) -> None:
    reads, _truth, _severity = invent(seed, 30, 8, 3)
    found = calibrate(reads)
    best = (found.merit_variance, found.severity_variance, found.noise_variance)

    def height(a: float, b: float, e: float) -> float:
        return restricted_likelihood(reads, a, b, e) + prior(a, b, e)

    peak = height(*best)
    for direction in np.random.default_rng(seed).normal(0, 0.15, (60, 3)):
        assert (
            height(*(value * math.exp(step) for value, step in zip(best, direction, strict=True)))
            <= peak + 1e-6
        )


def test_a_harsh_reviewer_no_longer_costs_an_applicant_their_place() -> None:
    reads, _truth, _severity = invent(3, 60, 6, 3, severity=0.0, noise=0.3)
    harsh = [Read(r.applicant, r.reviewer, r.score - 3 * (r.reviewer == "r000")) for r in reads]
    before = {row.applicant: row.estimate for row in calibrate(reads).estimates}
    after = {row.applicant: row.estimate for row in calibrate(harsh).estimates}
    plain = {p: np.mean([r.score for r in harsh if r.applicant == p]) for p in before}
    middle = np.mean(list(before.values())) - np.mean(list(after.values()))
    corrected = max(abs(before[p] - after[p] - middle) for p in before)
    uncorrected = max(abs(before[p] - plain[p] - middle) for p in before)
    assert corrected < 0.35 < uncorrected


def test_severity_is_found_and_shrunk() -> None:
    reads, _truth, severity = invent(5, 400, 10, 3)
    found = {row.reviewer: row for row in calibrate(reads).severities}
    middle = np.mean(list(severity.values()))
    for name, true in severity.items():
        assert found[name].shift == pytest.approx(true - middle, abs=0.45)
    few = calibrate([*reads, Read("a00000", "new", 0.0)]).severities
    assert abs(next(row for row in few if row.reviewer == "new").shift) < 3


def test_intervals_cover_as_often_as_they_claim() -> None:
    inside = total = 0
    for seed in range(12):
        reads, truth, _severity = invent(seed, 120, 12, 3)
        found = calibrate(reads, level=0.9)
        for row in found.estimates:
            # The mean is common to all: what an interval is about is the place among the others.
            inside += row.low - found.mean <= truth[row.applicant] <= row.high - found.mean
            total += 1
    assert 0.86 < inside / total < 0.94


def test_calibrated_order_is_nearer_to_the_truth_than_plain_means() -> None:
    reads, truth, _severity = invent(11, 600, 15, 2)
    found = calibrate(reads).estimates
    better = np.corrcoef([truth[row.applicant] for row in found], [row.estimate for row in found])[0, 1]
    plain = np.corrcoef([truth[row.applicant] for row in found], [row.raw or 0 for row in found])[0, 1]
    assert better > plain + 0.02


def test_reliability_of_one_read_and_of_more_by_spearman_and_brown() -> None:
    reads, _truth, _severity = invent(2, 800, 20, 3, merit=1, severity=0.5, noise=1.5)
    found = calibrate(reads)
    assert found.icc == pytest.approx(1 / (1 + 0.25 + 2.25), abs=0.06)
    assert found.reliability(3) == pytest.approx(3 * found.icc / (1 + 2 * found.icc))
    assert found.reliability(0) == 0


def test_islands_show_who_cannot_be_compared() -> None:
    reads = [Read("a", "x", 1), Read("b", "x", 2), Read("c", "y", 3), Read("d", "y", 4), Read("e", "y", 4)]
    assert calibrate(reads, applicants=["f"]).islands == (("c", "d", "e"), ("a", "b"), ("f",))
    joined = calibrate([*reads, Read("a", "y", 2)])
    assert joined.islands == (("a", "b", "c", "d", "e"),)


def test_somebody_without_a_score_gets_the_mean_and_the_widest_interval() -> None:
    reads, _truth, _severity = invent(1, 40, 5, 2)
    found = calibrate(reads, applicants=["unread"])
    row = next(row for row in found.estimates if row.applicant == "unread")
    assert row.estimate == pytest.approx(found.mean)
    assert (row.reads, row.raw) == (0, None)
    assert row.deviation == max(other.deviation for other in found.estimates)
    assert row.deviation == pytest.approx(math.sqrt(found.merit_variance))


@pytest.mark.parametrize(
    "reads",
    [
        [Read("a", "x", 3)],
        [Read("a", "x", 3), Read("b", "x", 3)],
        [Read("a", "x", 3), Read("a", "y", 3), Read("b", "x", 3), Read("b", "y", 3)],
        [Read("a", "x", 1), Read("b", "x", 5)],
        [Read(f"a{n}", f"r{n}", float(n % 5)) for n in range(40)],
    ],
)
def test_little_or_uniform_evidence_gives_modest_answers_not_faults(reads: list[Read]) -> None:
    found = calibrate(reads, step=1.0)
    scores = [read.score for read in reads]
    for row in found.estimates:
        assert math.isfinite(row.low)
        assert row.low < row.estimate < row.high
        assert min(scores) - 1e-9 <= row.estimate <= max(scores) + 1e-9
        assert row.high - row.low > 0.1


def test_two_reads_claim_no_more_than_the_prior_lets_them() -> None:
    found = calibrate([Read("a", "x", 1), Read("a", "y", 1), Read("b", "x", 5), Read("b", "y", 5)], step=1.0)
    assert 0.05 < found.icc < 0.95


@pytest.mark.parametrize(
    ("reads", "level"),
    [
        ([], 0.9),
        ([Read("a", "x", float("nan"))], 0.9),
        ([Read("a", "x", 1), Read("a", "x", 2)], 0.9),
        ([Read("a", "x", 1)], 1.0),
    ],
)
def test_faulty_input_is_named(reads: list[Read], level: float) -> None:
    with pytest.raises(FaultyReads if level < 1 else ValueError):
        calibrate(reads, level=level)


def test_the_order_of_the_reads_changes_nothing() -> None:
    reads, _truth, _severity = invent(9, 30, 6, 2)
    forward, backward = calibrate(reads), calibrate(reads[::-1])
    assert [row.applicant for row in forward.estimates] == [row.applicant for row in backward.estimates]


def test_a_large_call_is_calibrated_in_seconds() -> None:
    reads, _truth, _severity = invent(0, 3000, 150, 3)
    started = time.thread_time()
    calibrate(reads)
    assert time.thread_time() - started < 5
