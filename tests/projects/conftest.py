import pytest

from tests.cast import Cast
from tests.mentoring.world import Clock


@pytest.fixture
def clock(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The second week of training, until a test says otherwise."""
    held = Clock(cast.at("training_starts", days=11))
    monkeypatch.setattr("tremplin.core.clock.now", held)
    return held
