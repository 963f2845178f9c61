from pathlib import Path

import pytest

from tests.grader.boxes import KINDS, opened
from tests.grader.helpers import make_lab
from tremplin.grader import Lab
from tremplin.grader.sandbox import Sandbox


@pytest.fixture
def tiny(tmp_path: Path) -> Lab:
    return make_lab(tmp_path)


@pytest.fixture(params=KINDS)
def box(request: pytest.FixtureRequest) -> Sandbox:
    return opened(request.param)


@pytest.fixture(params=[(kind, groups) for kind in KINDS for groups in (True, False)], ids=str)
def sandbox(request: pytest.FixtureRequest) -> Sandbox:
    """Each kind with both ways to hold its memory. Where no group can be made, both are the watchdog."""
    kind, groups = request.param
    return opened(kind, groups=groups)
