"""Whether pools can be compared, and whom one more read would help."""

import numpy as np
import pytest

from tests.methods.calibration.world import world
from tremplin.methods.calibration import Read, calibrate, tie, value_of_reading


def two_pools(joint: int) -> list[Read]:
    """Twenty applicants and five reviewers a pool; reviewers of the first read `joint` of the second too."""
    chance = np.random.default_rng(1)
    reads = [
        Read(f"{pool}{i:02}", f"{pool}-r{j}", 5 + float(chance.normal()))
        for pool in "ab"
        for i in range(20)
        for j in chance.choice(5, 3, replace=False)
    ]
    return reads + [Read(f"b{i:02}", f"a-r{i % 5}", 5 + float(chance.normal())) for i in range(joint)]


def test_reviewers_in_both_pools_tie_them() -> None:
    names = [[f"{pool}{i:02}" for i in range(20)] for pool in "ab"]
    apart, loose, firm = (tie(calibrate(two_pools(joint), model="severity"), *names) for joint in (0, 2, 20))
    assert apart.joint == ()
    assert loose.joint == ("a-r0", "a-r1")
    assert len(firm.joint) == 5
    assert apart.severity > firm.severity
    assert apart.comparable < firm.comparable
    assert len(calibrate(two_pools(0)).islands) == 2
    assert len(calibrate(two_pools(1)).islands) == 1


def test_the_deviation_between_pools_is_that_of_drawn_merits() -> None:
    for model in ("severity", "marks"):
        found = calibrate(world(1, 60, 8).reads, model=model)
        first, second = found.table.applicants[:20], found.table.applicants[20:50]
        merits = found.posterior.draws(20_000, 5)
        unit = np.sqrt(found.merit_variance) if model == "severity" else 1.0
        drawn = (merits[:20].mean(axis=0) - merits[20:50].mean(axis=0)).std() / unit
        assert tie(found, first, second).deviation == pytest.approx(drawn, rel=0.03)


def test_pools_must_be_two() -> None:
    found = calibrate(two_pools(1))
    with pytest.raises(ValueError, match="pools"):
        tie(found, ["a00"], [])
    with pytest.raises(ValueError, match="pools"):
        tie(found, ["a00"], ["a00", "b01"])


def test_a_reviewer_who_alone_joins_two_groups_is_named() -> None:
    found = calibrate(two_pools(5)[:-4])
    assert found.bridges == ("a-r0",)
    assert calibrate(two_pools(20)).bridges == ()
    assert calibrate([Read(f"a{i}", "only", float(i)) for i in range(5)]).bridges == ()


def test_bridges_are_those_whose_loss_makes_more_islands() -> None:
    """Against leaving out each reviewer and counting the islands that have a reviewer."""
    for seed in range(30):
        chance = np.random.default_rng(seed)
        pairs = {
            (int(i), int(j))
            for i, j in zip(chance.integers(0, 14, 22), chance.integers(0, 9, 22), strict=True)
        }
        reads = [Read(f"a{i:02}", f"r{j}", float(chance.normal())) for i, j in sorted(pairs)]
        found = calibrate(reads, model="severity")

        def pools(kept: list[Read]) -> int:
            read = {row.applicant for row in kept}
            return (
                sum(1 for island in calibrate(kept, model="severity").islands if set(island) & read)
                if kept
                else 0
            )

        expected = []
        for reviewer in found.table.reviewers:
            kept = [read for read in reads if read.reviewer != reviewer]
            alone = not ({r.applicant for r in kept} & {r.applicant for r in reads if r.reviewer == reviewer})
            if pools(kept) > pools(reads) - alone:
                expected.append(reviewer)
        assert list(found.bridges) == expected


def test_one_more_read_is_worth_most_at_the_line_and_where_little_is_known() -> None:
    made = world(2, 100, 10)
    gone = [read for read in made.reads if read.applicant != "a00050"]
    found = calibrate(gone, model="marks", applicants=["a00050"])
    rows = value_of_reading(found, places=10)
    order = {row.applicant: at for at, row in enumerate(rows)}
    merits = [row.applicant for row in found.estimates]
    assert min(order[name] for name in merits[6:16]) < 5
    assert all(order[name] > 40 for name in merits[-10:])
    assert all(row.value >= 0 and row.after < row.deviation for row in rows)


def test_the_value_is_what_playing_it_through_gives() -> None:
    """Draw the truth, draw a read, decide again: how much better are those who get the place?"""
    found = calibrate(world(3, 80, 8, top=None).reads, model="severity")
    row = value_of_reading(found, places=9)[0]
    chance = np.random.default_rng(1)
    merits = sorted((estimate.merit for estimate in found.estimates), reverse=True)
    line, here = (merits[8] + merits[9]) / 2, found.by_code[row.applicant]
    true = here.merit + here.merit_deviation * chance.normal(size=400_000)
    noise = 1 / np.sqrt(row.after**-2 - row.deviation**-2)
    seen = true + noise * chance.normal(size=len(true))
    after = (here.merit / row.deviation**2 + seen / noise**2) * row.after**2
    gained = np.where(after > line, true - line, 0).mean() - max(here.merit - line, 0)
    assert row.value == pytest.approx(gained, abs=0.003)
    assert row.chance == pytest.approx((true > line).mean(), abs=0.005)


def test_everybody_or_nobody_placed_has_no_line() -> None:
    found = calibrate(world(4, 20, 4).reads)
    for places in (0, 20):
        with pytest.raises(ValueError, match="places"):
            value_of_reading(found, places=places)
