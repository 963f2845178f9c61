"""Names and addresses of people, which no command needs and no published file should hold."""

import re
from collections.abc import Sequence

from tremplin.cli.sheets.cells import is_missing
from tremplin.cli.sheets.columns import folded
from tremplin.cli.sheets.reading import Sheet

_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_NAME = re.compile(r"[^\W\d_]{2,}(?:['’-][^\W\d_]+)*(?:\s+(?:[^\W\d_]\.|[^\W\d_]+(?:['’-][^\W\d_]+)*)){1,3}")
_NAMES = frozenset({"name", "names", "surname", "firstname", "lastname", "nom", "noms", "prenom", "prenoms"})
_MAIL_HEADINGS = frozenset(
    {"email", "e mail", "mail", "courriel", "adresse", "address", "telephone", "phone"}
)


def personal(sheet: Sheet, place: int) -> str:
    """What of people a column seems to hold: “e-mail addresses”, “names”, or nothing."""
    cells = [cell for cell in sheet.column(place) if not is_missing(cell)][:500]
    return personal_cells(cells, sheet.headings[place])


def personal_cells(cells: Sequence[str], heading: str = "") -> str:
    """The same of cells and their heading."""
    if not cells:
        return ""
    if sum(bool(_ADDRESS.fullmatch(cell)) for cell in cells) > 0.3 * len(cells):
        return "e-mail addresses"
    head = folded(heading)
    if not _MAIL_HEADINGS.isdisjoint((head, *head.split())):
        return "addresses"
    words = sum(bool(_NAME.fullmatch(cell)) and cell != cell.lower() for cell in cells) / len(cells)
    spread = len(set(cells)) / len(cells)
    if words > 0.6 and spread > 0.5:
        return "names"
    named = not _NAMES.isdisjoint(head.split())
    return "names" if named and not any(sign.isdigit() for cell in cells[:50] for sign in cell) else ""
