from datetime import datetime

import pytest

from tests.cast import Cast


@pytest.fixture
def stands_at(cast: Cast) -> datetime:
    """The second day of the call."""
    return cast.at("call_opens", days=1)
