"""Expected ranks, their intervals, and those of the Swiss National Science Foundation."""

import csv

import numpy as np
import pytest

from tests.methods.calibration.world import world
from tests.methods.research import research
from tremplin.methods.calibration import Read, calibrate, expected_ranks, panel_ranks


def test_expected_ranks_are_the_means_of_drawn_ranks() -> None:
    found = calibrate(world(1, 60, 8).reads, model="severity")
    ranks = np.empty((60, 40_000))
    merits = found.posterior.draws(40_000, 7)
    ranks[np.argsort(-merits, axis=0), np.arange(40_000)] = np.arange(1, 61)[:, None]
    drawn = dict(zip(found.table.applicants, ranks.mean(axis=1), strict=True))
    rows = expected_ranks(found)
    assert sum(row.expected for row in rows) == pytest.approx(60 * 61 / 2)
    for row in rows:
        assert row.expected == pytest.approx(drawn[row.applicant], abs=0.35)


def test_intervals_of_ranks_hold_the_true_ranks() -> None:
    inside = []
    for seed in range(10):
        made = world(seed, 100, 10)
        rank = np.empty(100)
        rank[np.argsort(-made.merit)] = np.arange(1, 101)
        for row in expected_ranks(calibrate(made.reads, model="marks"), places=10):
            inside.append(row.low <= rank[int(row.applicant[1:])] <= row.high)
    assert 0.85 < np.mean(inside) < 0.95


def test_chances_add_up_to_the_places() -> None:
    found = calibrate(world(2, 80, 8).reads, model="marks")
    rows = expected_ranks(found, places=9)
    assert sum(row.chance for row in rows) == pytest.approx(9)
    assert rows == expected_ranks(found, places=9)


def test_panel_ranks_of_one_section_equal_drawing_all_unknowns() -> None:
    """A small panel, against importance sampling of the three standard deviations from their priors."""
    chance = np.random.default_rng(3)
    votes = np.clip(np.rint(3.5 + chance.normal(0, 1, (8, 1)) + chance.normal(0, 0.7, (8, 4))), 1, 6)
    rows = panel_ranks([Read(f"p{i}", f"v{j}", float(votes[i, j])) for i in range(8) for j in range(4)])
    y = (votes - votes.mean(axis=1).mean()).ravel()
    z, w = np.kron(np.eye(8), np.ones((4, 1))), np.kron(np.ones((8, 1)), np.eye(4))
    logs, ranks = [], []
    for _draw in range(4000):
        a, s, t = chance.uniform(1e-6, 2, 3) ** 2
        v = a * z @ z.T + 0.25 * w @ w.T + (s + t) * np.eye(32)
        inverse = np.linalg.inv(v)
        logs.append(-0.5 * (np.linalg.slogdet(v)[1] + y @ inverse @ y))
        mean, spread = a * z.T @ inverse @ y, a * np.eye(8) - a * a * z.T @ inverse @ z
        merits = chance.multivariate_normal(mean, spread + 1e-12 * np.eye(8), 10)
        ranks.append((1 + (merits[:, None] > merits[:, :, None]).sum(axis=2)).mean(axis=0))
    weights = np.exp(np.array(logs) - max(logs))
    expected = weights @ np.array(ranks) / weights.sum()
    found = {row.applicant: row.expected for row in rows}
    assert [found[f"p{i}"] for i in range(8)] == pytest.approx(expected, abs=0.15)


def test_a_proposal_without_a_section_is_named() -> None:
    with pytest.raises(ValueError, match="p1: no section"):
        panel_ranks([Read("p0", "v", 1), Read("p1", "v", 2)], sections={"p0": "one"})


def test_snsf_mint_ranks_heyard_ott_salanti_egger_2022_intervals() -> None:
    """353 proposals in four sections. The published fit shares the voters' labels between sections, and so do we here.

    The published values are means of 80,000 draws of slow chains: a tenth of a rank or two is theirs.
    """
    with research("snsf", "mint_sections.csv").open() as file:
        votes = list(csv.DictReader(file))
    with research("snsf", "intervals.csv").open() as file:
        published = [(float(row["m"]), float(row["ll"]), float(row["hh"])) for row in csv.DictReader(file)]
    proposals = list(dict.fromkeys(row["proposal"] for row in votes))
    rows = panel_ranks(
        [Read(row["proposal"], row["assessor"], float(row["num_grade"])) for row in votes],
        sections={row["proposal"]: row["section"] for row in votes},
        places=106,
    )
    found = {row.applicant: row for row in rows}
    errors = [
        abs(found[name].expected - mean) for name, (mean, _l, _h) in zip(proposals, published, strict=True)
    ]
    assert len(errors) == 353
    assert np.mean(errors) <= 0.25
    # Two proposals with the very same votes share the last place; the published draws part them by 0.13 of a rank.
    order = sorted(range(353), key=lambda at: published[at][0])
    line = rows[105].expected
    tied = {row.applicant for row in rows if abs(row.expected - line) < 1e-6}
    funded = {proposals[at] for at in order[:106]}
    assert len(tied) == 2
    assert funded - tied == {row.applicant for row in rows[:106]} - tied
    ends = [
        abs(end - published[at][side])
        for at, name in enumerate(proposals)
        for side, end in ((1, found[name].low), (2, found[name].high))
    ]
    assert np.mean(ends) < 1.5
