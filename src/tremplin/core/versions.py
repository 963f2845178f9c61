"""Two tabs, two people, one text: the version that a form was opened with travels with it."""

from typing import Protocol

from django.utils.translation import gettext as _

from tremplin.core.errors import Stale


class Versioned(Protocol):
    """A row that counts its saves."""

    version: int


def check(row: Versioned, expected: int) -> None:
    """Raises Stale, with the row as it is now, unless the form was opened with the version that is stored."""
    if row.version != expected:
        raise Stale(
            _("This was saved somewhere else since you opened it, so nothing was changed."),
            _("Compare both texts and send yours again if it is the one to keep."),
            current=row,
        )
