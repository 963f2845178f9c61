import pytest

from tests.cast import Cast, enrol
from tests.mentoring.world import Clock
from tremplin.selection.models import Scholar
from tremplin.stipends import services


@pytest.fixture
def clock(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The second week of training, until a test says otherwise."""
    held = Clock(cast.at("training_starts", days=11))
    monkeypatch.setattr("tremplin.core.clock.now", held)
    return held


@pytest.fixture
def scholar(cast: Cast) -> Scholar:
    """A scholar whose payments are laid out."""
    scholar = enrol(cast)
    services.plan_instalments(cohort=cast.cohort, now=cast.at("training_starts", days=-10))
    return scholar
