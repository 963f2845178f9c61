"""Which cells may not be shown by themselves, and how much must stay unknown of each: minimum counts, nearly
everybody, and money of which one or two hold most.

Hundepool et al., “Statistical Disclosure Control”, Wiley, 2012, chapter 4, for dominance and the p % rule and for the
levels of protection that follow from each.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tremplin.methods.disclosure.publication import DisclosureError, Publication
from tremplin.methods.disclosure.rounding import LEAST, NARROW


@dataclass(frozen=True, slots=True)
class Guard:
    """A cell that must not be given away.

    Whoever knows all that is shown must still think possible that it is `up` more than it is, `down` less than it
    is, and that what it can be spans `slide`. `why`: “small”, “nearly-all”, “dominant”, “too-close”.
    """

    cell: int
    why: str
    up: int = 0
    down: int = 0
    slide: int = 0


def small_guards(publication: Publication, *, least: int = LEAST, narrow: int = NARROW) -> tuple[Guard, ...]:
    """The guards of counts: fewer than `least` must look as if they could be `least`; and where a cell leaves at most
    `narrow` people of one of its totals to all others, it must look as if it could leave more. Cells that are always
    shown have none: that they are shown was decided before.
    """
    found: dict[tuple[int, str], Guard] = {}
    for cell, count in enumerate(publication.values):
        if cell not in publication.always and count < least:
            found[cell, "small"] = Guard(cell, "small", up=least - count)
    for total, parts in _sums(publication):
        whole = publication.values[total]
        for cell in parts if len(parts) > 1 else ():
            count = publication.values[cell]
            if cell in publication.always or whole - count > narrow or not count:
                continue
            down = max(1, min(count, count - (whole - narrow - 1)))
            before = found.get((cell, "nearly-all"))
            found[cell, "nearly-all"] = Guard(
                cell, "nearly-all", down=max(down, before.down if before else 0)
            )
    return tuple(found[key] for key in sorted(found))


def _sums(publication: Publication) -> list[tuple[int, list[int]]]:
    return [
        (relation[-1][0], [cell for cell, _sign in relation[:-1]])
        for relation in publication.relations
        if relation[-1][1] < 0 and all(sign > 0 for _cell, sign in relation[:-1])
    ]


def dominant(
    contributions: Mapping[str, Sequence[int]],
    publication: Publication,
    *,
    largest: int = 2,
    percent: float = 85,
    close: float = 10,
) -> tuple[Guard, ...]:
    """The guards of sums of money, by what each person adds to each cell.

    (n, k): where the `largest` n hold more than k = `percent` of a sum, it must look as if it could be so large that
    they do not. p %: whoever holds the second share and takes it off must not know the first to within `close` per
    cent. The wider of the two holds. Contributions must sum to the cell. Raises DisclosureError.
    """
    numbers = {code: number for number, code in enumerate(publication.codes)}
    found = []
    for code in sorted(contributions):
        if code not in numbers:
            raise DisclosureError(f"Contributions to {code}, which is no cell of the table.")
        shares, cell = sorted(contributions[code], reverse=True), numbers[code]
        if any(share < 0 for share in shares) or sum(shares) != publication.values[cell]:
            raise DisclosureError(
                f"What people add to {code} is {sum(shares)}, the cell is {publication.values[cell]}: correct one."
            )
        whole, top = publication.values[cell], sum(shares[:largest])
        by_share = _ceil(100 * top - percent * whole, percent)
        rest = whole - sum(shares[:2])
        by_closeness = _ceil(close * (shares[0] if shares else 0) - 100 * rest, 100)
        if max(by_share, by_closeness) > 0 and cell not in publication.always:
            why = "dominant" if by_share >= by_closeness else "too-close"
            found.append(Guard(cell, why, up=max(by_share, by_closeness)))
    return tuple(found)


def _ceil(above: float, below: float) -> int:
    return int(-((-above) // below))
