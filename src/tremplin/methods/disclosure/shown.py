"""Tables, lists and steps as they may be shown: rounded, None where hidden."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from tremplin.methods.disclosure.guards import Guard, small_guards
from tremplin.methods.disclosure.publication import Publication, steps, table
from tremplin.methods.disclosure.rounding import BASE, LEAST, NARROW, rounded
from tremplin.methods.disclosure.suppress import Suppression, suppress

Counts = Sequence[Sequence[int]]


@dataclass(frozen=True, slots=True)
class Shown:
    """A table as it may be shown, rounded, None where hidden. `by`: how it was chosen; None: nothing may be shown."""

    cells: tuple[tuple[int | None, ...], ...]
    rows: tuple[int | None, ...]
    columns: tuple[int | None, ...]
    total: int | None
    by: Suppression | None


def show(counts: Counts, *, least: int = LEAST, base: int = BASE) -> Shown:
    """A table with its totals as it may be shown; small totals are hidden as cells are.

    Of fewer than twice the minimum in all nothing is shown. Raises DisclosureError for what is no table.
    """
    publication = table(counts)
    whole = sum(map(sum, counts))
    high, wide = len(counts), len(counts[0])
    if whole < 2 * least:
        nothing = (None,) * wide
        return Shown((nothing,) * high, (None,) * high, nothing, None, None)
    chosen = suppress(publication, small_guards(publication, least=least))
    number = {code: place for place, code in enumerate(publication.codes)}

    def cell(code: str) -> int | None:
        place = number[code]
        return None if place in chosen.hidden else rounded(publication.values[place], base)

    return Shown(
        tuple(tuple(cell(f"r{row}|c{column}") for column in range(wide)) for row in range(high)),
        tuple(cell(f"r{row}|") for row in range(high)),
        tuple(cell(f"|c{column}") for column in range(wide)),
        rounded(whole, base),
        chosen,
    )


def hide_row(counts: Sequence[int], *, least: int = LEAST) -> frozenset[int]:
    """The positions to hide in a list of counts whose sum is known, as far as its rounding lets it be known.

    No number of a hidden count follows. That two hidden counts are both small may: being hidden says so already, and
    hiding a large one beside them would cost more than it guards where every figure is rounded. One sum has its
    optimum by hand: two hidden cells with somebody in them, the second as small as there is, the first of equals.
    """
    narrow = [sum(counts) - count <= NARROW and len(counts) > 1 for count in counts]
    hidden = {place for place, count in enumerate(counts) if count < least or narrow[place]}
    if hidden and (len(hidden) < 2 or not sum(counts[place] for place in hidden)):
        others = [place for place in range(len(counts)) if place not in hidden]
        hidden |= {min(others, key=lambda place: (counts[place], place))} if others else set()
    return frozenset(hidden)


def hide_steps(counts: Counts, *, least: int = LEAST, silent: Collection[int] = ()) -> Suppression:
    """The counts of nested steps to hide (`publication.steps`): as few as can be, then the fewest people.

    Besides the counts their differences must not be given away: how many of a group stopped between two steps is a
    count of people as well, and so is that nearly all of a step, or of those who stopped there, are one group. What
    cells of `silent` groups are says nothing of anybody: no guard, and hidden before any other.
    """
    publication = steps(counts)
    groups = [_group(code) for code in publication.codes]
    quiet = frozenset(str(group) for group in silent)
    guards = [guard for guard in _step_guards(publication, least) if groups[guard.cell] not in quiet]
    cheap = [cell for cell, group in enumerate(groups) if group in quiet]
    return suppress(publication, guards, cheap=cheap)


def _group(code: str) -> str:
    return code.split("|")[1]


def _step_guards(publication: Publication, least: int) -> list[Guard]:
    """Those of small counts and of nearly everybody, within one step: “came” and “stopped” each have their total."""
    values = dict(zip(publication.codes, publication.values, strict=True))
    many = len({_group(code) for code in publication.codes}) - 1
    totals: dict[tuple[str, str], int] = {}
    for code, value in values.items():
        kind, group, step = code.split("|")
        if group:
            totals[kind, step] = totals.get((kind, step), 0) + value
    found = []
    for cell, (code, value) in enumerate(values.items()):
        kind, group, step = code.split("|")
        whole = totals[kind, step]
        if not group or not whole:
            continue
        up = max(0, least - value)
        nearly = many > 1 and whole - value <= NARROW
        down = max(1, min(value, value - (whole - NARROW - 1))) if nearly and value else 0
        if up or down:
            found.append(Guard(cell, "small" if up else "nearly-all", up=up, down=down))
    return found


def show_steps(
    counts: Counts, *, least: int = LEAST, base: int = BASE, silent: Collection[int] = ()
) -> tuple[tuple[int | None, ...], ...]:
    """The counts of nested steps as they may be shown, rounded, None where hidden."""
    if not counts:
        return ()
    totals = [sum(column) for column in zip(*counts, strict=True)]
    chosen = hide_steps(counts, least=least, silent=silent)
    gone = set(chosen.codes)
    return tuple(
        tuple(
            None
            if f"came|{group}|{step}" in gone or (count < least and totals[step])
            else rounded(count, base)
            for step, count in enumerate(row)
        )
        for group, row in enumerate(counts)
    )
