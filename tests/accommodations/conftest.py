"""The wall clock, held still on the second day of the call until a test moves it."""

import pytest

from tests.applications.conftest import Clock
from tests.cast import Cast


@pytest.fixture
def clock(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Clock:
    held = Clock(cast.at("call_opens", days=1))
    monkeypatch.setattr("tremplin.core.clock.now", held)
    return held
