from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.cast import Cast
from tests.equality.world import british


@pytest.fixture(autouse=True)
def keys_of_their_own(tmp_path: Path, settings: Any) -> None:
    """Keys of people lie in a folder of this test."""
    settings.PERSONAL_KEYS = tmp_path / "personal-keys"


@pytest.fixture
def uk(db: None) -> Cast:
    return british()


@pytest.fixture
def stands_at(cast: Cast) -> datetime:
    """The second day of the call."""
    return cast.at("call_opens", days=1)
