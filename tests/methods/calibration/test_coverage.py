"""Two thousand worlds in each regime: do intervals of 90 % hold the truth in 88 to 92 of a hundred cases?"""

import numpy as np
import pytest
from bench.calibration.coverage import PAIRS, REGIMES, pair_shares, shares


@pytest.mark.soak
@pytest.mark.parametrize("regime", sorted(REGIMES))
def test_intervals_hold_what_they_promise(regime: str) -> None:
    assert 0.88 <= np.mean(list(shares(REGIMES[regime], 2000, 50_000))) <= 0.92


@pytest.mark.soak
@pytest.mark.parametrize("regime", sorted(PAIRS))
def test_intervals_of_comparisons_hold_what_they_promise(regime: str) -> None:
    assert 0.88 <= np.mean(list(pair_shares(PAIRS[regime], 2000, 50_000))) <= 0.92
