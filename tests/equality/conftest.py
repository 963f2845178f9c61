from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cast import Cast
from tests.equality.world import british


@pytest.fixture(autouse=True)
def keys_of_their_own(tmp_path: Path, settings: object) -> Iterator[None]:
    """Keys of people lie in a folder of this test."""
    settings.PERSONAL_KEYS = tmp_path / "personal-keys"  # type: ignore[attr-defined]
    return


@pytest.fixture
def uk(db: None) -> Cast:
    return british()
