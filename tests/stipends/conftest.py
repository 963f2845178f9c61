import pytest

from tests.cast import Cast, enrol
from tremplin.selection.models import Scholar
from tremplin.stipends import services


@pytest.fixture
def scholar(cast: Cast) -> Scholar:
    """A scholar whose payments are laid out."""
    scholar = enrol(cast)
    services.plan_instalments(cohort=cast.cohort, now=cast.at("training_starts", days=-10))
    return scholar
