"""Pure decisions about jobs."""

import random
from datetime import timedelta

FIRST_PAUSE = timedelta(seconds=10)
LONGEST_PAUSE = timedelta(hours=2)
WORKER_GONE_AFTER = timedelta(minutes=2)
KEEP_DONE = timedelta(days=7)
KEEP_ERRORS = 3


def pause_before_retry(
    attempts: int, *, first: timedelta = FIRST_PAUSE, jitter: float | None = None
) -> timedelta:
    """How long to wait after the `attempts`-th try failed: doubling, capped, spread by half to both sides.

    The spread keeps a hundred jobs that one outage failed together from coming back together.
    """
    spread = random.random() if jitter is None else jitter  # noqa: S311 (spreads load, guards nothing)
    doubled: timedelta = first * 2 ** min(max(attempts, 1) - 1, 20)
    return min(doubled, LONGEST_PAUSE) * (0.5 + spread)
