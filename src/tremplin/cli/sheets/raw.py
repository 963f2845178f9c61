"""What comes out of a file before anybody has looked for headings."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Raw:
    """Numbered rows of trimmed text. `separator` is what a text file puts between cells; `decimal` what it hints at."""

    name: str
    rows: Sequence[tuple[int, tuple[str, ...]]]
    notes: tuple[str, ...] = ()
    separator: str = ""
    decimal: str = ""
