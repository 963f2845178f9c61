"""Comparisons in pairs, alone and together with marks."""

import time

import numpy as np
import pytest

from tests.methods.calibration.world import Array, world
from tremplin.methods.calibration import Comparison, FaultyReads, Place, calibrate, compare, sites
from tremplin.methods.calibration.graph import Graph
from tremplin.methods.calibration.sites import Sites


def judged(
    merit: Array, count: int, seed: int, *, slope: float = 1.5, width: float = 0.4
) -> list[Comparison]:
    """Comparisons of random pairs, by Rao and Kupper's law."""
    chance, names = np.random.default_rng(seed), [f"a{i:05}" for i in range(len(merit))]
    rows = []
    for _row in range(count):
        i, k = (int(at) for at in chance.choice(len(merit), 2, replace=False))
        margin, said = slope * (merit[i] - merit[k]), chance.random()
        better, worse = 1 / (1 + np.exp(width - margin)), 1 / (1 + np.exp(width + margin))
        first, second = (k, i) if better <= said < better + worse else (i, k)
        rows.append(Comparison(names[first], names[second], said >= better + worse))
    return rows


def test_a_tie_is_a_win_of_each_in_rao_and_kuppers_law() -> None:
    for margin, width in ((0.3, 0.4), (-2.0, 0.1), (1.0, 1.5)):
        better, worse = 1 / (1 + np.exp(width - margin)), 1 / (1 + np.exp(width + margin))
        assert 1 - better - worse == pytest.approx((np.exp(2 * width) - 1) * better * worse)


def test_every_comparison_has_its_own_two_moments_beside_all_others() -> None:
    """Against adaptive quadrature of the comparison times what all others say of the difference."""
    from scipy.integrate import quad

    rows = judged(np.random.default_rng(0).normal(size=6), 25, 1)
    assert any(row.equal for row in rows)
    graph = Graph([f"a{i:05}" for i in range(6)], rows, np.zeros(6), np.ones(6))
    found = Sites(graph, 1.3, 0.4)
    found.settle(60, 8)
    covariance = np.linalg.inv(
        np.eye(6)
        + sum(
            weight * np.outer(np.eye(6)[i] - np.eye(6)[k], np.eye(6)[i] - np.eye(6)[k])
            for i, k, weight in zip(graph.first, graph.second, found.weight, strict=True)
        )
    )
    for at, (i, k) in enumerate(zip(graph.first, graph.second, strict=True)):
        centre, wide, tied = found.centre[at], found.wide[at], bool(graph.equal[at])

        def part(
            x: float, power: int, centre: float = centre, wide: float = wide, tied: bool = tied
        ) -> float:
            won = 1 / (1 + np.exp(0.4 - 1.3 * x))
            won *= 1 / (1 + np.exp(0.4 + 1.3 * x)) if tied else 1
            return float(x**power * won * np.exp(-0.5 * (x - centre) ** 2 / wide))

        whole, first, second = (quad(part, -12, 12, args=(power,))[0] for power in range(3))
        along = np.eye(6)[i] - np.eye(6)[k]
        assert first / whole == pytest.approx(along @ found.merit, abs=1e-3)
        assert second / whole - (first / whole) ** 2 == pytest.approx(along @ covariance @ along, rel=3e-3)


def test_the_slope_stands_where_the_integrated_likelihood_is_highest() -> None:
    """Of three applicants, against a grid over their merits: the likelihood with nothing left out, and the prior."""
    rows = judged(np.random.default_rng(1).normal(size=3), 40, 4)
    found = compare(rows)
    axis = np.linspace(-4.5, 4.5, 61)
    merits = np.stack(np.meshgrid(axis, axis, axis, indexing="ij")).reshape(3, -1)
    prior = -0.5 * (merits**2).sum(axis=0)

    def height(slope: float, width: float) -> float:
        value = prior.copy()
        for row in rows:
            margin = slope * (merits[int(row.better[1:])] - merits[int(row.worse[1:])])
            value -= np.logaddexp(0, width - margin)
            if row.equal:
                value += np.log(np.expm1(2 * width)) - np.logaddexp(0, width + margin)
        top = float(value.max())
        return top + float(np.log(np.exp(value - top).sum())) - 0.5 * float(np.log(slope) - 0.5) ** 2

    best = height(found.slope, found.tie_width)
    around = [height(found.slope * a, found.tie_width * b) for a in (0.6, 1, 1.6) for b in (0.6, 1, 1.6)]
    assert best > max(around[:4] + around[5:])


def test_merits_and_deviations_are_those_of_a_long_chain() -> None:
    """Against Metropolis draws of the whole posterior at the same slope and tie width."""
    rows = judged(np.random.default_rng(2).normal(size=8), 60, 3)
    known = compare(rows)
    names = [f"a{i:05}" for i in range(8)]
    first = np.array([names.index(row.better) for row in rows])
    second = np.array([names.index(row.worse) for row in rows])
    equal = np.array([row.equal for row in rows])
    chance = np.random.default_rng(4)

    def logarithm(merit: Array) -> Array:
        margin = known.slope * (merit[:, first] - merit[:, second])
        better = 1 / (1 + np.exp(known.tie_width - margin))
        worse = 1 / (1 + np.exp(known.tie_width + margin))
        said: Array = np.log(np.where(equal, 1 - better - worse, better)).sum(axis=1)
        found: Array = said - 0.5 * (merit**2).sum(axis=1)
        return found

    here = chance.normal(size=(300, 8)) * 0.5
    value, kept = logarithm(here), []
    for turn in range(2500):
        there = here + 0.25 * chance.normal(size=here.shape)
        then = logarithm(there)
        taken = np.log(chance.random(300)) < then - value
        here, value = np.where(taken[:, None], there, here), np.where(taken, then, value)
        if turn > 500 and turn % 5 == 0:
            kept.append(here)
    drawn = np.concatenate(kept)
    # The chain is skewed where somebody wins or loses nearly all, and it knows the slope, which we do not.
    means = [row.merit - drawn[:, names.index(row.applicant)].mean() for row in known.places]
    wide = [row.deviation / drawn[:, names.index(row.applicant)].std() for row in known.places]
    assert np.abs(means).max() < 0.06
    assert 0.9 < min(wide) <= max(wide) < 1.25


def test_nine_intervals_in_ten_hold_the_truth() -> None:
    inside_ = []
    for seed in range(30):
        merit = np.random.default_rng(seed).normal(size=80)
        found = compare(judged(merit, 600, seed))
        inside_ += [row.low <= merit[int(row.applicant[1:])] <= row.high for row in found.places]
    assert 0.88 < np.mean(inside_) < 0.92


def test_variances_of_many_are_those_of_the_inverse(monkeypatch: pytest.MonkeyPatch) -> None:
    merit = np.random.default_rng(5).normal(size=600)
    rows = judged(merit, 5000, 5)
    exact = {row.applicant: row.deviation for row in compare(rows).places}
    monkeypatch.setattr(sites, "EXACT", 0)
    drawn = compare(rows).places
    errors = [row.deviation / exact[row.applicant] - 1 for row in drawn]
    assert abs(np.mean(errors)) < 0.01
    assert np.std(errors) < 0.03


def test_slope_and_tie_width_are_found() -> None:
    found = compare(judged(np.random.default_rng(6).normal(size=500), 8000, 6))
    assert found.slope == pytest.approx(1.5, abs=0.12)
    assert found.tie_width == pytest.approx(0.4, abs=0.05)
    assert compare(judged(np.random.default_rng(6).normal(size=50), 400, 6, width=0)).tie_width == 0


def test_marks_and_comparisons_together_know_more_than_either() -> None:
    made = world(7, 150, 15)
    marks = calibrate(made.reads, model="marks")
    rows = judged(made.merit, 600, 7)
    alone, both = compare(rows), compare(rows, marks=marks)

    def off(places: tuple[Place, ...]) -> float:
        return float(
            np.sqrt(np.mean([(row.merit - made.merit[int(row.applicant[1:])]) ** 2 for row in places]))
        )

    by_marks = np.sqrt(
        np.mean([(row.merit - made.merit[int(row.applicant[1:])]) ** 2 for row in marks.estimates])
    )
    assert off(both.places) < min(off(alone.places), by_marks)
    held = np.mean([row.low <= made.merit[int(row.applicant[1:])] <= row.high for row in both.places])
    assert 0.82 < held < 0.97
    for row in both.places:
        assert row.score_low is not None
        assert row.score is not None
        assert row.score_high is not None
        assert 1 <= row.score_low <= row.score <= row.score_high <= 7


def test_a_large_graph_takes_few_seconds_and_is_neither_too_narrow_nor_too_steep() -> None:
    """The nearest Gaussian alone would have a slope of 1.54 here, and a mean square of 1.06."""
    merit = np.random.default_rng(12).normal(size=3000)
    rows = judged(merit, 30_000, 12, width=0.0)
    found = compare(rows)
    off = [(row.merit - merit[int(row.applicant[1:])]) / row.deviation for row in found.places]
    assert np.mean(np.square(off)) == pytest.approx(1, abs=0.035)
    assert found.slope == pytest.approx(1.5, abs=0.03)


def test_somebody_never_compared_stays_where_the_marks_left_them() -> None:
    made = world(8, 60, 8)
    for model in ("severity", "marks"):
        marks = calibrate(made.reads, model=model)
        rows = [row for row in judged(made.merit, 200, 8) if "a00000" not in {row.better, row.worse}]
        found = {row.applicant: row for row in compare(rows, marks=marks).places}["a00000"]
        assert found.comparisons == 0
        assert found.score == pytest.approx(marks.by_code["a00000"].estimate, abs=1e-6)
        assert found.deviation == pytest.approx(marks.by_code["a00000"].merit_deviation, rel=1e-6)


def test_the_order_of_comparisons_and_of_equals_changes_nothing() -> None:
    rows = judged(np.random.default_rng(9).normal(size=40), 200, 9)
    turned = [Comparison(row.worse, row.better, True) if row.equal else row for row in rows[::-1]]
    assert compare(rows) == compare(turned)


def test_ties_on_a_thin_graph_are_one_comparison_each() -> None:
    inside_ = []
    for seed in range(8):
        merit = np.random.default_rng(seed).normal(size=400)
        found = compare(judged(merit, 1200, seed, width=0.6), applicants=[f"a{i:05}" for i in range(400)])
        inside_ += [row.low <= merit[int(row.applicant[1:])] <= row.high for row in found.places]
    assert 0.88 < np.mean(inside_) < 0.92


def test_a_dozen_applicants_and_few_comparisons_are_no_trouble() -> None:
    inside_ = []
    for seed in range(60):
        merit = np.random.default_rng(seed).normal(size=12)
        found = compare(judged(merit, 40, seed), applicants=[f"a{i:05}" for i in range(12)])
        inside_ += [row.low <= merit[int(row.applicant[1:])] <= row.high for row in found.places]
    assert 0.87 < np.mean(inside_) < 0.94


def test_one_comparison_gives_a_modest_answer() -> None:
    found = compare([Comparison("a", "b")], applicants=["c"])
    assert [row.applicant for row in found.places] == ["a", "c", "b"]
    assert found.places[0].low < 0 < found.places[0].high
    assert found.islands == 2
    assert found.places[1].deviation == pytest.approx(1)


def test_faults_are_named() -> None:
    with pytest.raises(FaultyReads, match="no comparisons"):
        compare([])
    with pytest.raises(FaultyReads, match="comparison of a: compared with themselves"):
        compare([Comparison("a", "a")])
    with pytest.raises(ValueError, match="level"):
        compare([Comparison("a", "b")], level=1)


def test_many_comparisons_take_seconds() -> None:
    rows = judged(np.random.default_rng(10).normal(size=3000), 20_000, 10)
    started = time.thread_time()
    compare(rows)
    assert time.thread_time() - started < 4
