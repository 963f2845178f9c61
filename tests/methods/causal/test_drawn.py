"""A real draw, read back: the same code draws again, and what it says of an effect is the design's."""

import numpy as np
import pytest

from tremplin.methods.causal import CausalError, arms_of, design_of, even, offer, taking_part, trial_of
from tremplin.methods.lottery import Draw, Listing, Reveal, by_chances, by_panels, equal, run, seal, strata

CODES = [f"code{number:02d}" for number in range(12)]


def made_of(listing: Listing, secret: str = "a secret of some length") -> Draw:
    return run(listing, promise=seal(secret), reveal=Reveal(secret))


def test_groups_with_equal_chances_are_listed_whole() -> None:
    made = made_of(strata([(CODES[:5], 2), (CODES[5:9], 1)]))
    design = design_of(made.listing)
    assert design.exact
    assert len(design.worlds) == 10 * 4
    assert design.offered.tolist() == pytest.approx([float(chance) for chance in made.probabilities.values()])
    assert [code for code, arm in zip(made.entries, arms_of(made), strict=True) if arm == 1] == sorted(
        made.chosen
    )


def test_chances_of_ones_own_are_drawn_again_by_the_same_code() -> None:
    millionths = dict(zip(CODES[:6], (200_000, 500_000, 300_000) * 2, strict=True))
    made = made_of(by_chances([millionths]))
    design = design_of(made.listing, draws=1500)
    assert not design.exact
    assert design.offered.tolist() == pytest.approx([0.2, 0.5, 0.3] * 2)
    assert design.control.tolist() == pytest.approx([0.8, 0.5, 0.7] * 2)
    assert design.chances @ (design.worlds == 1) == pytest.approx(design.offered, abs=0.06)
    assert set((design.worlds == 1).sum(1)) == {2}


def test_panels_keep_their_chances_and_a_named_control_is_the_control() -> None:
    listing = by_panels([CODES[:6], CODES[6:]], [(2, 1), (1, 2)], [1, 3], reserve=1, control=4)
    made = made_of(listing)
    arms = arms_of(made)
    assert (arms.count(1), arms.count(0), arms.count(-1)) == (3, 4, 5)
    design = design_of(listing, draws=800)
    assert design.offered[0] == pytest.approx((2 * 1 + 1 * 3) / 4 / 6)
    assert design.control.sum() == pytest.approx(4)
    assert set((design.worlds == 0).sum(1)) == {4}


def test_a_control_order_of_all_who_were_not_chosen_is_the_same_design_as_none() -> None:
    alone, ordered = equal(CODES, places=5), equal(CODES, places=5, control=12)
    assert made_of(ordered).control
    assert arms_of(made_of(ordered)) == arms_of(made_of(alone))
    assert design_of(ordered).exact
    assert design_of(ordered).control.tolist() == design_of(alone).control.tolist()


def test_an_effect_is_read_from_a_draw_and_its_outcomes_by_code() -> None:
    made = made_of(equal(CODES, places=5))
    outcomes = {code: 1.0 + 4.0 * (code in made.chosen) + place / 20 for place, code in enumerate(CODES[:11])}
    found = offer(trial_of(made, outcomes))
    arms = [1 if code in made.chosen else 0 for code in CODES]
    assert found.p < 0.01
    assert found.low < 4 < found.high
    assert found.missing == 1
    assert trial_of(made, outcomes).design.offered.tolist() == even(["0"] * 12, {"0": 5}).offered.tolist()
    took = dict.fromkeys(made.chosen[1:], 1.0)
    part = taking_part(trial_of(made, outcomes, took=took))
    known = list(range(11))
    ours = [outcomes[CODES[n]] for n in known if arms[n]]
    theirs = [outcomes[CODES[n]] for n in known if not arms[n]]
    taken = np.mean([took.get(CODES[n], 0.0) for n in known if arms[n]])
    assert part.value == pytest.approx((np.mean(ours) - np.mean(theirs)) / taken)


def test_codes_from_elsewhere_are_refused() -> None:
    with pytest.raises(CausalError, match="zzzz was not in the draw"):
        trial_of(made_of(equal(CODES, places=5)), {"zzzz": 1.0})
