"""The house's constants for figures about people, after those of statistical offices, and their rounding."""

LEAST = 5
BASE = 5
LEAST_BASE = 22.5
NARROW = 2


def rounded(count: int, base: int = BASE) -> int:
    """`count` to the nearest multiple of `base` (HESA: 5), halves upwards."""
    return (2 * count + base) // (2 * base) * base


def rounding_interval(shown: int, base: int = BASE) -> tuple[int, int]:
    """The least and the most that a count can be of which `shown` is what `rounded` made."""
    return max(0, -((base - 2 * shown) // 2)), (2 * shown + base - 1) // 2


def percentage(part: int, whole: int, *, least_base: float = LEAST_BASE) -> float | None:
    """`part` of `whole` in per cent, from their exact counts; None of too few people."""
    return 100 * part / whole if whole >= least_base else None
