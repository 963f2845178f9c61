from datetime import UTC, datetime

import pytest

from tremplin.core.months import later


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        ((2027, 1, 15), 1, (2027, 2, 15)),
        ((2027, 1, 31), 1, (2027, 2, 28)),
        ((2028, 1, 31), 1, (2028, 2, 29)),
        ((2027, 11, 30), 3, (2028, 2, 29)),
        ((2027, 12, 1), 1, (2028, 1, 1)),
        ((2027, 6, 30), 12, (2028, 6, 30)),
        ((2027, 6, 30), 0, (2027, 6, 30)),
    ],
)
def test_a_month_later_is_the_same_day_or_the_last_one(
    day: tuple[int, int, int], months: int, expected: tuple[int, int, int]
) -> None:
    assert later(datetime(*day, 9, 30, tzinfo=UTC), months) == datetime(*expected, 9, 30, tzinfo=UTC)
