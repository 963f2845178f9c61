"""Ordinal marks and scores with each reviewer's severity, use of the scale and noise."""

import itertools
import time

import numpy as np
import pytest
from bench.calibration.worlds import Law, marks

from tests.methods.calibration.world import world
from tremplin.methods.calibration import Read, calibrate
from tremplin.methods.calibration.families import LOCAL, Family, Marks, Scores
from tremplin.methods.calibration.marginal import fit, nodes, precision, slope
from tremplin.methods.calibration.matrices import never_less
from tremplin.methods.calibration.reads import tabulate


def family(kind: type[Family], seed: int = 3, applicants: int = 12, reviewers: int = 3) -> Family:
    made = world(seed, applicants, reviewers, 2, top=5 if kind is Marks else None)
    table = tabulate(made.reads)
    return kind(table, nodes(table, kind.SHARP))


@pytest.mark.parametrize("kind", [Marks, Scores])
def test_slopes_are_those_of_the_likelihood(kind: type[Family]) -> None:
    """Against differences of the likelihood itself, which is computed apart from its slopes."""
    one = family(kind)
    chance, spread = np.random.default_rng(0), np.array([0.4, 0.1, 0.2])
    at = one.start() + 0.05 * chance.normal(size=len(one.start()))
    found = slope(one, at, spread)
    assert found is not None
    for place in range(len(at)):
        step = np.zeros(len(at))
        step[place] = 1e-5
        up, down = slope(one, at + step, spread), slope(one, at - step, spread)
        assert up is not None
        assert down is not None
        assert found[1][place] == pytest.approx((up[0] - down[0]) / 2e-5, rel=1e-4, abs=1e-4)


def test_the_likelihood_of_marks_equals_an_integral_done_another_way() -> None:
    """Against adaptive quadrature of textbook cumulative probits, applicant by applicant."""
    from scipy.integrate import quad
    from scipy.stats import norm

    one = family(Marks)
    at = one.start() + 0.1 * np.random.default_rng(5).normal(size=len(one.start()))
    at[LOCAL * one.m : -1].sort()
    found = slope(one, at, np.array([1e9, 1e9, 1e9]))
    assert found is not None
    habits, cuts, mu = at[: LOCAL * one.m].reshape(-1, LOCAL), at[LOCAL * one.m : -1], at[-1]
    edges = np.concatenate(([-np.inf], cuts, [np.inf]))
    table = one.table
    assert isinstance(one, Marks)

    def chance(merit: float, rows: slice) -> float:
        value = norm.pdf(merit)
        for j, k in zip(table.j[rows], one.k[rows], strict=True):
            b, g, z = habits[j]
            ends = np.exp(-z - mu) * (np.exp(g) * edges[k : k + 2] - merit - b)
            value *= norm.cdf(ends[1]) - norm.cdf(ends[0])
        return float(value)

    whole = sum(np.log(quad(chance, -8, 8, args=(table.rows(i),))[0]) for i in range(len(table.applicants)))
    prior = -0.5 * ((mu - Marks.CENTRE[0]) / Marks.CENTRE[1]) ** 2
    assert found[0] == pytest.approx(whole + prior, abs=1e-5)


def test_information_is_near_the_curvature_when_there_is_much_to_go_by() -> None:
    made = world(1, 800, 4, 2)
    table = tabulate(made.reads)
    one = Marks(table, nodes(table, Marks.SHARP))
    found = fit(one)
    matrix, worst = precision(one, found.spread, found.parameters), 0.0
    for place in range(0, len(found.parameters), 2):
        step = np.zeros(len(found.parameters))
        step[place] = 1e-4
        up, down = (
            slope(one, found.parameters + step, found.spread),
            slope(one, found.parameters - step, found.spread),
        )
        assert up is not None
        assert down is not None
        curve = -(up[1] - down[1])[place] / 2e-4
        worst = max(worst, abs(curve / matrix[place, place] - 1))
    assert worst < 0.25


def test_nine_intervals_in_ten_hold_the_truth_under_a_ceiling() -> None:
    """A smaller one of `bench calibration`, which runs thousands; normal scores cover .87 to .89 here."""
    shares = []
    for seed in range(24):
        made = world(100 + seed, 150, 15)
        shares.append(made.covered(calibrate(made.reads, model="marks")))
    assert 0.88 < np.mean(shares) < 0.92


def test_nine_intervals_in_ten_hold_the_truth_of_scores() -> None:
    shares = []
    for seed in range(24):
        made = world(100 + seed, 150, 15, top=None)
        shares.append(made.covered(calibrate(made.reads, model="habits")))
    assert 0.87 < np.mean(shares) < 0.92


def test_knowing_who_is_noisy_puts_people_in_a_truer_order() -> None:
    made = world(2, 1000, 50)
    plain, marks = calibrate(made.reads, model="severity"), calibrate(made.reads, model="marks")
    assert made.tau(marks) > made.tau(plain) + 0.015


def test_habits_are_found() -> None:
    made = world(4, 1500, 20)
    found = calibrate(made.reads, model="marks").severities
    assert np.corrcoef([row.shift for row in found], made.generosity)[0, 1] > 0.97
    assert np.corrcoef(np.log([row.noise for row in found]), np.log(made.noise))[0, 1] > 0.95


def test_an_interval_on_the_scale_stays_on_the_scale() -> None:
    found = calibrate(world(5, 120, 12).reads, model="marks", applicants=["z unread"])
    for row in found.estimates:
        assert 1 <= row.low <= row.estimate <= row.high <= 7
    unread = found.by_code["z unread"]
    assert (unread.reads, unread.raw, unread.merit) == (0, None, 0)
    assert unread.merit_deviation == pytest.approx(1, abs=0.01)


def test_the_order_of_the_reads_changes_nothing_at_all() -> None:
    reads = world(6, 60, 8).reads
    one, other = calibrate(reads, model="marks"), calibrate(reads[::-1], model="marks")
    assert one.estimates == other.estimates


def test_only_the_order_of_marks_counts() -> None:
    """Ordinal marks may be renamed in any way that keeps their order: merits stay."""
    reads = world(7, 80, 8).reads
    renamed = [Read(read.applicant, read.reviewer, read.score**3) for read in reads]
    one, other = calibrate(reads, model="marks"), calibrate(renamed, model="marks")
    merits = {row.applicant: row.merit for row in one.estimates}
    assert all(row.merit == pytest.approx(merits[row.applicant]) for row in other.estimates)


def test_scores_may_be_shifted_and_stretched() -> None:
    reads = world(8, 80, 8, top=None).reads
    moved = [Read(read.applicant, read.reviewer, 100 + 7 * read.score) for read in reads]
    one, other = calibrate(reads, model="habits"), calibrate(moved, model="habits")
    scores = {row.applicant: 100 + 7 * row.estimate for row in one.estimates}
    assert all(row.estimate == pytest.approx(scores[row.applicant], abs=0.01) for row in other.estimates)


def test_the_model_follows_from_the_evidence() -> None:
    reads = world(9, 60, 8).reads
    assert calibrate(reads).model == "marks"
    assert calibrate(world(9, 60, 8, top=None).reads).model == "habits"
    assert calibrate(reads[:30]).model == "severity"
    same = [Read(read.applicant, read.reviewer, 4.0) for read in reads]
    assert calibrate(same, model="marks", step=1.0).model == "severity"


def test_everybody_read_by_everybody_and_two_marks_are_no_trouble() -> None:
    chance = np.random.default_rng(1)
    reads = [
        Read(f"a{i}", f"r{j}", float(i / 10 + chance.normal() > 1))
        for i, j in itertools.product(range(20), range(6))
    ]
    found = calibrate(reads, model="marks")
    assert all(np.isfinite([row.low, row.merit, row.high]).all() for row in found.estimates)
    assert found.estimates[0].merit > 0 > found.estimates[-1].merit


def test_an_estimate_says_why_it_is_what_it_is() -> None:
    made = world(10, 200, 12)
    for model in ("severity", "marks", "habits"):
        found = calibrate(made.reads, model=model)
        reason = found.why("a00007")
        assert reason.estimate == found.by_code["a00007"].estimate
        assert sum(row.weight for row in reason.readings) + reason.prior_weight == pytest.approx(1)
        assert all(row.weight >= 0 for row in reason.readings)
        generous = {row.reviewer: row.shift for row in found.severities}
        for row in reason.readings:
            if abs(generous[row.reviewer]) > 0.3 and 1 < row.score < 7:
                assert (row.corrected < row.score) == (generous[row.reviewer] > 0)


def test_a_read_left_out_gives_what_a_calibration_without_it_gives() -> None:
    made = world(11, 600, 10)
    found = calibrate(made.reads, model="marks")
    reading = found.why("a00003").readings[0]
    rest = [r for r in made.reads if (r.applicant, r.reviewer) != ("a00003", reading.reviewer)]
    assert calibrate(rest, model="marks").by_code["a00003"].estimate == pytest.approx(
        reading.without, abs=0.05
    )


def test_leaving_a_reviewer_out_shows_whom_they_carry() -> None:
    made = world(12, 60, 6)
    for model in ("severity", "marks"):
        found = calibrate(made.reads, model=model)
        rows = found.influence(places=8)
        assert [row.reviewer for row in rows] == [f"r{j:03}" for j in range(6)]
        for row in rows:
            assert len(row.enters) == len(row.leaves)
            assert any(r.reviewer == row.reviewer for r in made.reads if r.applicant == row.applicant)


def test_a_large_call_takes_seconds() -> None:
    made = world(13, 2000, 100)
    started = time.thread_time()
    calibrate(made.reads, model="marks")
    assert time.thread_time() - started < 5


@pytest.mark.parametrize("seed", [90_017, 90_034])
def test_nobody_is_less_known_than_before_any_mark(seed: int) -> None:
    """Where reviewers are very uneven the surface can be all but flat at the centre: deviations came out above 3."""
    made = marks(150, 15, 3, seed, Law(uneven=0.6))
    reads = [
        Read(f"{i:03}", f"{j:02}", float(y)) for i, j, y in zip(made["i"], made["j"], made["y"], strict=True)
    ]
    found = calibrate(reads, model="marks")
    assert max(row.merit_deviation for row in found.estimates) < 0.9
    spread = found.severity_variance / found.merit_variance
    unit = np.sqrt(found.merit_variance)
    assert all(row.deviation / unit < 1.01 * np.sqrt(spread) for row in found.severities)


def test_what_marks_say_of_a_habit_is_never_less_than_nothing() -> None:
    chance = np.random.default_rng(2)
    half = chance.normal(size=(6, 6))
    priors = np.array([2.0, 30.0, 3.0, 0.0, 0.0, 5.0])
    sound = half @ half.T + np.diag(priors) + 0.1 * np.eye(6)
    assert np.allclose(never_less(sound, priors), sound)
    bent = sound.copy()
    bent[1, 1] = 2.0  # marks would take away what the prior says
    mended = never_less(bent, priors)
    variances = np.diag(np.linalg.inv(mended))
    assert (variances[priors > 0] <= 1 / priors[priors > 0] + 1e-9).all()
    assert np.linalg.eigvalsh(mended).min() > 0
