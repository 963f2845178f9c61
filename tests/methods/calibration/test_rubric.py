"""Applicants, reviewers and criteria crossed: what `calibrate_rubric` says, against formulas and played-out truth."""

import time
from dataclasses import replace

import numpy as np
import pytest
from bench.calibration.rubrics import RULES, Rule, Told, made, rubric_shares, solved, truth
from numpy.typing import NDArray

from tremplin.methods.calibration import (
    Calibration,
    Comparison,
    Criterion,
    FaultyReads,
    Judgement,
    Read,
    by_criterion,
    calibrate,
    calibrate_rubric,
    compare,
    expected_ranks,
    krippendorff,
    tie,
    value_of_reading,
)
from tremplin.methods.calibration.rubric import fitting
from tremplin.methods.calibration.rubric.scales import Scales, scales
from tremplin.methods.calibration.rubric.state import Laws, State, truncated
from tremplin.methods.calibration.rubric.taken import Rubric, taken
from tremplin.methods.calibration.rubric.weighted import Weighted

Array = NDArray[np.float64]


def prepared(rule: Rule, seed: int, most: int = 12) -> tuple[Rubric, Scales]:
    told = made(rule, seed)
    rubric = taken(told.judgements, told.criteria, told.names)
    return rubric, scales(rubric, most)


def textbook(rubric: Rubric, scaled: Scales, laws: Laws) -> tuple[Array, Array, Array, Array]:
    """Scores without steps, nothing eliminated: designs of merit, their covariance, of all scores, and the scores."""
    table, seen = rubric.table, rubric.judged.ravel()
    size, count = rubric.size, len(table.y)
    of_i: Array = np.equal.outer(table.i, np.arange(len(table.applicants))).astype(np.float64)
    of_j: Array = np.equal.outer(table.j, np.arange(len(table.reviewers))).astype(np.float64)
    merit = np.asarray(np.kron(laws.merit, of_i), dtype=np.float64)
    whole = np.asarray(
        np.kron(laws.merit, of_i @ of_i.T) + np.kron(laws.severity, of_j @ of_j.T), dtype=np.float64
    )
    whole += np.kron(laws.own, np.eye(count)) + np.kron(np.diag(scaled.fine), np.eye(count))
    means = np.asarray(np.kron(np.eye(size), np.ones((count, 1))), dtype=np.float64)
    return merit[seen], whole[np.ix_(seen, seen)], means[seen], scaled.low.ravel()[seen]


def test_merits_and_their_covariances_equal_the_textbook_formula_with_criteria_left_open() -> None:
    """Best linear unbiased prediction with the covariance of all scores written out."""
    rubric, scaled = prepared(
        Rule(applicants=14, reviewers=5, reads=2, criteria=3, top=None, open_=0.3), 1, most=1
    )
    found = fitting.fit(rubric, scaled, habits=False)
    merit, whole, means, y = textbook(rubric, scaled, found.state.laws)
    inverse = np.linalg.inv(whole)
    middle = np.linalg.inv(means.T @ inverse @ means + 1e-4 * np.eye(3)) @ means.T @ inverse @ y
    expected = (merit.T @ inverse @ (y - means @ middle)).reshape(3, -1)
    assert found.state.merit == pytest.approx(expected, abs=1e-6)
    assert found.state.middle == pytest.approx(middle, abs=1e-6)
    known = inverse - inverse @ means @ np.linalg.inv(means.T @ inverse @ means) @ means.T @ inverse
    covariance = np.kron(found.state.laws.merit, np.eye(14)) - merit.T @ known @ merit
    answer = Weighted(found, 0.9)
    along = np.kron(answer.along, np.eye(14))
    assert answer.covariance() == pytest.approx(along @ covariance @ along.T, abs=2e-4)


def test_covariances_stand_where_restricted_likelihood_and_prior_are_highest() -> None:
    rubric, scaled = prepared(
        Rule(applicants=60, reviewers=8, reads=2, criteria=2, top=None, open_=0.2), 2, most=1
    )
    before = fitting._STILL
    fitting._STILL = 1e-5
    try:
        laws = fitting.fit(rubric, scaled, habits=False).state.laws
    finally:
        fitting._STILL = before
    first = fitting.priors(2)
    expected = [
        fitting._expected(now, then, which)
        for which, (now, then) in enumerate(
            ((laws.merit, first.merit), (laws.severity, first.severity), (laws.own, first.own))
        )
    ]

    def height(moved: Laws) -> float:
        _merit, whole, means, y = textbook(rubric, scaled, moved)
        inverse = np.linalg.inv(whole)
        inner = means.T @ inverse @ means
        left = y - means @ np.linalg.solve(inner, means.T @ inverse @ y)
        value = np.linalg.slogdet(whole)[1] + np.linalg.slogdet(inner)[1] + left @ inverse @ left
        for law, (centre, worth) in zip((moved.merit, moved.severity, moved.own), expected, strict=True):
            value += worth * (np.linalg.slogdet(law)[1] + np.trace(centre @ np.linalg.inv(law)))
        return -0.5 * float(value)

    for name in ("merit", "severity", "own"):
        for step in (np.diag([1.0, 0]), np.diag([0, 1.0]), np.array([[0, 1.0], [1.0, 0]])):
            law = getattr(laws, name)
            sides = [height(replace(laws, **{name: law + side * 0.01 * step})) for side in (-1, 0, 1)]
            slope, curve = (sides[2] - sides[0]) / 2, sides[0] + sides[2] - 2 * sides[1]
            assert curve < 0
            assert abs(slope / curve) < 0.35  # of a step of 0.01, in variances of up to one


def test_a_normal_between_bounds_is_that_of_scipy_on_both_sides_and_far_out() -> None:
    from scipy.stats import norm, truncnorm

    low = np.array([-np.inf, -1.0, 0.5, 6.0, -9.0, -np.inf])
    high = np.array([-0.5, 1.0, np.inf, 7.0, -7.0, np.inf])
    mean, variance = np.full(6, 0.3), np.full(6, 0.64)
    centre, wide, pull = truncated(low, high, mean, variance)
    for at in range(6):
        ends = (low[at] - 0.3) / 0.8, (high[at] - 0.3) / 0.8
        other = truncnorm(*ends, loc=0.3, scale=0.8)
        assert centre[at] == pytest.approx(other.mean(), abs=1e-5)
        assert wide[at] == pytest.approx(other.var(), rel=1e-3)
        if at < 3:
            grown = [
                np.log(norm.cdf((high[at] * g - 0.3) / 0.8) - norm.cdf((low[at] * g - 0.3) / 0.8))
                for g in np.exp([-1e-5, 1e-5])
            ]
            assert pull[at] == pytest.approx((grown[1] - grown[0]) / 2e-5, abs=1e-5)


def test_marks_with_steps_say_what_drawing_and_throwing_away_says() -> None:
    """One applicant, two readings, two criteria: draws of everything, of which those are kept that gave these marks."""
    rubric, scaled = prepared(Rule(applicants=40, reviewers=2, reads=2, criteria=2), 3)
    laws = fitting.priors(2)
    state = State(rubric, scaled, Laws(laws.merit, 1e-9 * np.eye(2), laws.own))
    for _round in range(30):
        state.sharpen(0.9)
    chance = np.random.default_rng(4)
    many = 400_000
    merit = np.linalg.cholesky(laws.merit) @ chance.normal(size=(2, many))
    own = [np.linalg.cholesky(laws.own) @ chance.normal(size=(2, many)) for _reading in range(2)]
    checked = 0
    for who in range(40):
        kept = np.ones(many, dtype=bool)
        for row, noise in zip(range(*rubric.table.rows(who).indices(80)), own, strict=True):
            x = merit + noise
            kept &= ((x > scaled.low[:, row, None]) & (x < scaled.high[:, row, None])).all(axis=0)
        if kept.sum() > 4000:
            assert state.merit[:, who] == pytest.approx(merit[:, kept].mean(axis=1), abs=0.04)
            assert state.spread[:, :, who] == pytest.approx(np.cov(merit[:, kept]), abs=0.02)
            checked += 1
    assert checked > 10


@pytest.mark.parametrize(
    "regime", ["criteria with a halo", "criteria, a ceiling", "criteria, one left open where another is low"]
)
def test_nine_intervals_in_ten_hold_the_truth(regime: str) -> None:
    """A smaller one of the soak: criteria averaged first cover .86 under a ceiling."""
    assert 0.88 < np.mean(list(rubric_shares(RULES[regime], 30, 900))) < 0.925


@pytest.mark.soak
@pytest.mark.parametrize("regime", sorted(RULES))
def test_intervals_hold_what_they_promise(regime: str) -> None:
    assert 0.88 <= np.mean(list(rubric_shares(RULES[regime], 2000, 50_000))) <= 0.92


def composite(told: Told) -> Calibration:
    """Criteria averaged first, then calibrated."""
    table = taken(told.judgements, told.criteria, told.names).table
    rows = zip(table.i, table.j, table.y, strict=True)
    reads = [Read(table.applicants[i], table.reviewers[j], float(y)) for i, j, y in rows]
    return calibrate(reads, applicants=told.names)


def test_criteria_kept_apart_are_nearer_to_the_truth_than_their_average() -> None:
    gained = []
    for seed in range(6):
        told = made(Rule(applicants=400, reviewers=12, open_=0.2, middle=4.2), seed)
        apart = truth(solved(told))[0]
        rows = sorted(composite(told).estimates, key=lambda row: row.applicant)
        whole = np.array([row.merit for row in rows])
        gained.append(np.corrcoef(apart, told.merit)[0, 1] - np.corrcoef(whole, told.merit)[0, 1])
    assert np.mean(gained) > 0.004
    assert min(gained) > -0.004


def test_the_order_of_readings_and_of_criteria_changes_nothing_at_all() -> None:
    told = made(Rule(applicants=60, reviewers=8, open_=0.1), 5)
    one = calibrate_rubric(told.judgements, told.criteria)
    turned = [
        Judgement(row.applicant, row.reviewer, dict(reversed(list(row.marks.items()))))
        for row in reversed(told.judgements)
    ]
    other = calibrate_rubric(turned, told.criteria[::-1])
    assert one.estimates == other.estimates
    assert one.criteria == other.criteria


def test_a_criterion_left_open_widens_the_interval_and_moves_nobody_up_or_down_for_it() -> None:
    """The hard criterion is left open for half of the people: on average they are judged as the others are."""
    moved, wider = [], []
    for seed in range(12):
        told = made(Rule(applicants=200, reviewers=12, criteria=3), seed)
        chance = np.random.default_rng(seed)
        without = {name for name in told.names if chance.random() < 0.5}
        rows = [
            Judgement(
                row.applicant,
                row.reviewer,
                {**row.marks, "c00": None} if row.applicant in without else row.marks,
            )
            for row in told.judgements
        ]
        merit, deviation = truth(calibrate_rubric(rows, told.criteria, applicants=told.names))
        left = np.array([name in without for name in told.names])
        off = merit - told.merit
        moved.append(off[left].mean() - off[~left].mean())
        wider.append(deviation[left].mean() / deviation[~left].mean())
    assert abs(np.mean(moved)) < 0.05
    assert min(wider) > 1.05


def test_one_criterion_is_the_model_of_marks() -> None:
    told = made(RULES["one criterion"], 6)
    one, other = solved(told), composite(told)
    assert other.model == "marks"
    here, there = truth(one)[0], [row.merit for row in sorted(other.estimates, key=lambda r: r.applicant)]
    assert np.corrcoef(here, there)[0, 1] > 0.995
    assert np.abs(here - there).max() < 0.3
    assert one.icc == pytest.approx(other.icc, abs=0.08)


def test_a_criterion_taken_apart_into_two_with_the_same_marks_changes_little() -> None:
    told = made(Rule(applicants=200, criteria=2), 7)
    halves = [Criterion("c00", 0.5), Criterion("twin", 0.5), Criterion("c01", 1.0)]
    twice = [
        Judgement(row.applicant, row.reviewer, {**row.marks, "twin": row.marks["c00"]})
        for row in told.judgements
    ]
    one, other = truth(solved(told)), truth(calibrate_rubric(twice, halves, applicants=told.names))
    assert np.corrcoef(one[0], other[0])[0, 1] > 0.99
    assert np.median(other[1] / one[1]) == pytest.approx(1, abs=0.05)


def test_where_the_same_read_all_doubling_every_reviewer_keeps_the_order() -> None:
    """A copy of each reviewer says nothing new of who is better, where all are read by all in one criterion."""
    for seed in range(5):
        told = made(Rule(applicants=15, reviewers=4, reads=4, criteria=1, top=None), seed)
        copies = [Judgement(row.applicant, f"{row.reviewer} again", row.marks) for row in told.judgements]
        one, other = (
            [row.applicant for row in calibrate_rubric(rows, told.criteria).estimates]
            for rows in (told.judgements, told.judgements + copies)
        )
        assert one == other


def test_halo_reliability_and_difficulty_of_criteria_are_found() -> None:
    rule = Rule(applicants=1200, reviewers=20, top=None, uneven=0, scale=0)
    for halo in (0.0, 0.6):
        found = solved(made(replace(rule, halo=halo), 9))
        assert [row.code for row in found.criteria] == ["c00", "c01", "c02", "c03"]
        for row in found.criteria:
            assert row.halo == pytest.approx(halo, abs=0.05)
            assert row.reliability == pytest.approx(1 / (1 + 0.36 + 0.81), abs=0.08)
            assert row.alike == pytest.approx(np.sqrt(0.6 + 0.4 / 4), abs=0.04)
            assert (row.judged, row.left_open, row.weight) == (3600, 0, 0.25)
        assert found.criteria[0].mean < found.criteria[3].mean - 0.5


def test_a_reviewer_harsh_in_one_criterion_alone_is_corrected_there() -> None:
    told = made(Rule(applicants=200, reviewers=8, top=None, severity=0.1, uneven=0, scale=0), 10)
    rows = [
        Judgement(row.applicant, row.reviewer, {**row.marks, "c02": (row.marks["c02"] or 0) - 2.0})
        if row.reviewer == "0003"
        else row
        for row in told.judgements
    ]
    before, after = (
        truth(solved(told))[0],
        truth(calibrate_rubric(rows, told.criteria, applicants=told.names))[0],
    )
    assert np.abs(after - before).max() < 0.35
    harsh = calibrate_rubric(rows, told.criteria).severities[3]
    assert harsh.shift == pytest.approx(-0.5, abs=0.15)


def test_noisy_reviewers_and_those_who_keep_to_the_middle_are_told() -> None:
    rule = Rule(applicants=800, reviewers=12, uneven=0.5, scale=0.3, top=9, middle=5.0, unit=1.5)
    told, chance = made(rule, 11), np.random.default_rng(11)
    chance.normal(size=800), chance.normal(size=(4, 800)), chance.normal(size=12), chance.normal(size=(4, 12))
    z, g = chance.normal(0, 0.5, 12), chance.normal(0, 0.3, 12)
    found = solved(told).severities
    assert np.corrcoef(np.log([row.noise for row in found]), z)[0, 1] > 0.93
    assert np.corrcoef(np.log([row.stretch for row in found]), -g)[0, 1] > 0.85


def test_an_estimate_says_why_and_what_leaving_a_reading_out_would_do() -> None:
    told = made(Rule(applicants=300, reviewers=10, open_=0.1), 12)
    found = solved(told)
    reason = found.why("000007")
    assert reason.estimate == found.by_code["000007"].estimate
    assert sum(row.weight for row in reason.readings) + reason.prior_weight == pytest.approx(1)
    assert all(row.weight > 0 for row in reason.readings)
    generous = {row.reviewer: row.shift for row in found.severities}
    for row in reason.readings:
        assert 1 <= row.corrected <= 5
        if abs(generous[row.reviewer]) > 0.25:
            assert (row.corrected < row.score) == (generous[row.reviewer] > 0)
    reader = reason.readings[0].reviewer
    rest = [row for row in told.judgements if (row.applicant, row.reviewer) != ("000007", reader)]
    again = calibrate_rubric(rest, told.criteria, applicants=told.names).by_code["000007"].estimate
    assert reason.readings[0].without == pytest.approx(again, abs=0.06)
    rows = found.influence(places=8)
    assert len(rows) == 10
    assert all(len(row.enters) == len(row.leaves) for row in rows)


def test_what_is_built_on_a_calibration_takes_this_one() -> None:
    told = made(Rule(applicants=60, reviewers=6), 13)
    found = solved(told)
    ranks = expected_ranks(found, places=8)
    assert sum(row.expected for row in ranks) == pytest.approx(60 * 61 / 2)
    assert sum(row.chance for row in ranks) == pytest.approx(8)
    drawn = found.posterior.draws(20_000, 1)
    first, second = found.table.applicants[:20], found.table.applicants[20:]
    off = (drawn[:20].mean(axis=0) - drawn[20:].mean(axis=0)).std()
    assert tie(found, first, second).deviation == pytest.approx(off, rel=0.03)
    assert all(row.after < row.deviation for row in value_of_reading(found, places=8))
    both = compare([Comparison("000001", "000002")], marks=found)
    assert len(both.places) == 60
    assert found.islands == (tuple(told.names),)


def test_the_worth_of_one_more_reading_is_what_a_reading_more_brings() -> None:
    rule = Rule(applicants=800, reviewers=20, reads=2)
    two = {row.applicant: row.after for row in value_of_reading(solved(made(rule, 14)), places=20)}
    three = truth(solved(made(replace(rule, reads=3), 14)))[1]
    assert np.mean(list(two.values())) == pytest.approx(three.mean(), rel=0.06)


def test_an_applicant_stands_apart_by_criterion() -> None:
    told = made(Rule(applicants=200), 15)
    rows = [Judgement("new", f"{at:04}", {"c00": 1, "c01": 5, "c02": None, "c03": 5}) for at in range(4)]
    found = calibrate_rubric([*told.judgements, *rows], told.criteria)
    low, high, open_, other = found.profile("new")
    assert low.estimate < open_.estimate < min(high.estimate, other.estimate) + 0.3
    assert open_.high - open_.low > 1.2 * (high.high - high.low)
    assert (low.judged, open_.judged) == (4, 0)
    assert 1 <= low.low <= low.estimate <= low.high <= 5
    with pytest.raises(KeyError):
        found.profile("nobody")


def test_an_interval_stays_on_the_scale_and_somebody_unread_gets_the_middle() -> None:
    told = made(Rule(applicants=120, middle=4.6), 16)
    found = calibrate_rubric(told.judgements, told.criteria, applicants=["z unread"])
    for row in found.estimates:
        assert 1 <= row.low <= row.estimate <= row.high <= 5
    unread = found.by_code["z unread"]
    assert (unread.reads, unread.raw) == (0, None)
    assert unread.merit == pytest.approx(0, abs=1e-9)
    assert unread.merit_deviation == max(row.merit_deviation for row in found.estimates)
    assert unread.merit_deviation == pytest.approx(1, abs=0.03)


@pytest.mark.parametrize(
    "rows",
    [
        [("a", "x", 3, 3)],
        [("a", "x", 1, 2), ("b", "x", 5, 4)],
        [("a", "x", 1, None), ("b", "x", None, 4)],
        [("a", "x", 1, 1), ("a", "y", 1, 1), ("b", "x", 5, 5), ("b", "y", 5, 5)],
        [("a", "x", 3, 3), ("a", "y", 3, 3), ("b", "x", 3, 3)],
        [("a", "x", 3, 1), ("a", "y", 3, 2), ("b", "x", 3, 5)],
        [(f"a{n}", f"r{n % 4}", n % 5, (n * 7) % 5) for n in range(40)],
        [(f"a{n}", f"r{n}", n % 2, 1 - n % 2) for n in range(30)],
    ],
)
def test_little_or_uniform_evidence_gives_modest_answers_not_faults(
    rows: list[tuple[str, str, float | None, float | None]],
) -> None:
    judged = [Judgement(who, reader, {"p": one, "q": two}) for who, reader, one, two in rows]
    found = calibrate_rubric(judged, [Criterion("p", 1), Criterion("q", 2)], applicants=["z"])
    for row in found.estimates:
        assert np.isfinite([row.low, row.estimate, row.high, row.merit]).all()
        assert row.low <= row.estimate <= row.high
        assert row.merit_deviation > 0.3
    assert found.why("a" if rows[0][0] == "a" else "a0").readings


def test_readings_in_which_nothing_could_be_judged_leave_people_where_they_were() -> None:
    told = made(Rule(applicants=50, reviewers=5), 17)
    empty = [Judgement("000001", "another", dict.fromkeys(["c00", "c01", "c02", "c03"]))]
    assert calibrate_rubric([*told.judgements, *empty], told.criteria).estimates == solved(told).estimates
    unjudged = Criterion("c99", 3.0)
    assert calibrate_rubric(told.judgements, [*told.criteria, unjudged]).estimates == solved(told).estimates


@pytest.mark.parametrize(
    ("marks", "criteria", "match"),
    [
        ({"p": None}, ["p"], "nothing was judged"),
        ({"p": float("nan")}, ["p"], "reading of a by x: the mark for p is not a finite number"),
        ({"q": 1.0}, ["p"], "q is no criterion"),
        ({"p": 1.0}, ["p", "p"], "p: the criterion stands there twice"),
        ({"p": 1.0}, [], "no criteria"),
    ],
)
def test_faults_are_named(marks: dict[str, float | None], criteria: list[str], match: str) -> None:
    with pytest.raises(FaultyReads, match=match):
        calibrate_rubric([Judgement("a", "x", marks)], [Criterion(code) for code in criteria])


def test_other_faults_are_named() -> None:
    row = Judgement("a", "x", {"p": 1.0})
    with pytest.raises(FaultyReads, match="read the same applicant twice"):
        calibrate_rubric([row, row], [Criterion("p")])
    with pytest.raises(FaultyReads, match="the weight is 0"):
        calibrate_rubric([row], [Criterion("p", 0)])
    with pytest.raises(ValueError, match="level"):
        calibrate_rubric([row], [Criterion("p")], level=1)


def test_agreement_can_be_told_for_each_criterion() -> None:
    told = made(Rule(applicants=300, halo=0.0, uneven=0, scale=0), 18)
    reads = by_criterion(told.judgements)
    assert list(reads) == ["c00", "c01", "c02", "c03"]
    found = solved(told)
    for row in found.criteria:
        alpha = krippendorff(reads[row.code], scale="interval")
        assert alpha.alpha is not None
        assert alpha.low is not None
        assert alpha.high is not None
        assert alpha.low < alpha.alpha < alpha.high
        assert alpha.alpha == pytest.approx(row.reliability, abs=0.12)


def test_a_large_call_takes_seconds() -> None:
    told = made(Rule(applicants=2000, reviewers=100), 19)
    started = time.thread_time()
    calibrate_rubric(told.judgements, told.criteria)
    assert time.thread_time() - started < 4
