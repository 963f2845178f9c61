import pytest

from tests.cast import Cast
from tests.mentoring.world import pair
from tremplin.projects import services
from tremplin.projects.models import Project
from tremplin.selection.models import Scholar


@pytest.fixture
def scholar(cast: Cast) -> Scholar:
    return pair(cast).scholar


@pytest.fixture
def project(cast: Cast, scholar: Scholar) -> Project:
    """Begun on the second day of training."""
    project = services.begin(scholar=scholar, actor=cast.scholar, now=cast.at("training_starts", days=1))
    project.scholar = scholar
    return project
