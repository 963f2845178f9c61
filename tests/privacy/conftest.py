import pytest

from tests.cast import Cast
from tests.privacy.world import ask
from tremplin.people.models import ErasurePart


@pytest.fixture
def part(cast: Cast) -> ErasurePart:
    """The observer of the cohort asks to be erased, on the second day of the call."""
    return ask(cast.observer, cast.at("call_opens", days=1))[0]
