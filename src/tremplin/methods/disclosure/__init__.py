"""Showing counts of people, and sums of money, without showing people.

A cell below the minimum is hidden, a zero too, and so is one that leaves hardly anybody of its total out, or a sum of
which one or two hold most (`guards`). Further cells are hidden until whoever knows all that is shown exactly must
still think it possible that a hidden small count is at least the minimum (`suppress`: fewest cells, certified). What
is shown is rounded. `attack` tries to undo all that; `ledger` keeps later releases from being subtracted.
"""

from tremplin.methods.disclosure.attack import Attack, attack, ranges, reach
from tremplin.methods.disclosure.guards import Guard, dominant, small_guards
from tremplin.methods.disclosure.ledger import Figure, Leak, Ledger
from tremplin.methods.disclosure.publication import DisclosureError, Publication, linked, steps, table
from tremplin.methods.disclosure.rounding import (
    BASE,
    LEAST,
    LEAST_BASE,
    NARROW,
    percentage,
    rounded,
    rounding_interval,
)
from tremplin.methods.disclosure.shown import Shown, hide_row, hide_steps, show, show_steps
from tremplin.methods.disclosure.suppress import Reason, Suppression, suppress

__all__ = [
    "BASE", "LEAST", "LEAST_BASE", "NARROW", "Attack", "DisclosureError", "Figure", "Guard", "Leak", "Ledger",
    "Publication", "Reason", "Shown", "Suppression", "attack", "dominant", "hide_row", "hide_steps", "linked",
    "percentage", "ranges",
    "reach", "rounded", "rounding_interval", "show", "show_steps", "small_guards", "steps", "suppress", "table",
]  # fmt: skip
