from pathlib import Path

import pytest

from tests.grader.helpers import make_lab
from tremplin.grader import Lab
from tremplin.grader.bwrap import BwrapSandbox


@pytest.fixture
def tiny(tmp_path: Path) -> Lab:
    return make_lab(tmp_path)


@pytest.fixture(params=["group", "watchdog"])
def sandbox(request: pytest.FixtureRequest) -> BwrapSandbox:
    """Both ways to hold the memory of a box. Where no group can be made, both are the watchdog."""
    return BwrapSandbox(memory_groups=request.param == "group")
