"""What organisers have excluded is not selected."""

from tests.applications.test_deeds import excluded
from tests.cast import Cast
from tests.selection.world import propose, read_cohort


def test_an_excluded_application_is_in_no_proposal(cast: Cast) -> None:
    rows = read_cohort(cast, 6)
    excluded(cast, rows[:1])
    decided = set(propose(cast).decisions.values_list("application_id", flat=True))
    assert decided == {row.pk for row in rows[1:]}
