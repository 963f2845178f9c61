"""With which chances a list is drawn from: all alike, so many of each group, or each entry its own."""

import argparse
from fractions import Fraction

from tremplin.cli.sheets.entries import Entry
from tremplin.cli.sheets.faults import Wrong
from tremplin.cli.sheets.tables import Table
from tremplin.cli.sheets.words import figure, listed, quoted, spelling
from tremplin.methods.lottery import Listing, by_chances, equal, strata
from tremplin.methods.selection.rounding import to_units

_ROUNDED = Fraction(1, 1000)  # chances of a table may miss a whole number of places by their rounding
_ASK = "Say how many places there are: --places 8."


def listing(table: Table, found: list[Entry], args: argparse.Namespace) -> Listing:
    """What is drawn from. Raises Wrong, and ValueError for what the method refuses."""
    if args.group:
        return _grouped(table, found, args)
    odds = [entry.chance for entry in found if entry.chance is not None]
    if len(set(odds)) > 1 or (odds and not args.places):
        return _by_chance(table, found, args)
    places = _whole(args.places)
    if places > len(found):
        print(f"\nThere are more places ({places:,}) than entries ({len(found):,}): all get one.")
    return equal([entry.code for entry in found], places=places, reserve=args.reserve, control=args.control)


def _whole(word: str) -> int:
    if not word:
        raise Wrong("How many places are drawn?", _ASK, status=2)
    if not word.isdecimal() or len(word) > 7:
        raise Wrong(f"--places {quoted(word)} is no whole number from 0.", _ASK, status=2)
    return int(word)


def places_of(found: list[Entry], args: argparse.Namespace) -> int:
    """How many are drawn: as many as was said, else as many as the chances add up to. Raises Wrong."""
    total = sum((entry.chance or Fraction(0) for entry in found), Fraction(0))
    return _whole(args.places) if args.places or not total else round(total)


def own_chances(table: Table, found: list[Entry], args: argparse.Namespace) -> dict[str, Fraction]:
    """Each entry’s own chance, without the rounding of the table. Raises Wrong where they miss the places."""
    odds = {entry.code: entry.chance or Fraction(0) for entry in found}
    total = sum(odds.values(), Fraction(0))
    places = places_of(found, args)
    if abs(total - places) > max(_ROUNDED, Fraction(len(odds), 1_000_000)):
        remedy = (
            "They must add up to the places. To give all the same chance, leave that column out of the file."
        )
        if args.limits:
            remedy = "They must add up to the places. To have chances worked out from the limits, say --aim leximin."
        raise Wrong(
            f"The chances of column {table.label('chance')} add up to {figure(float(total), 4)}, "
            f"and that is not {'a whole number of' if not args.places else 'the'} places.",
            remedy,
        )
    return _scaled(odds, places, total)


def _by_chance(table: Table, found: list[Entry], args: argparse.Namespace) -> Listing:
    """Each entry by its own chance."""
    exact = own_chances(table, found, args)
    codes = list(exact)
    units = to_units([exact[code] for code in codes], places=places_of(found, args), codes=codes)
    return by_chances([dict(zip(codes, units, strict=True))], reserve=args.reserve, control=args.control)


def _scaled(odds: dict[str, Fraction], places: int, total: Fraction) -> dict[str, Fraction]:
    """Chances without the rounding of the table; those that are sure stay sure."""
    sure = Fraction(sum(chance == 1 for chance in odds.values()))
    rest = total - sure
    if total == places or not rest:
        return odds
    factor = (places - sure) / rest
    return {
        code: chance if chance == 1 else min(Fraction(1), chance * factor) for code, chance in odds.items()
    }


def _grouped(table: Table, found: list[Entry], args: argparse.Namespace) -> Listing:
    """So many places of each group: --group Region --places "North=3,South=5"."""
    groups: dict[str, list[str]] = {}
    for entry in found:
        groups.setdefault(entry.group, []).append(entry.code)
    wanted: dict[str, int] = {}
    for part in args.places.split(","):
        name, _sign, number = part.rpartition("=")
        near = [group for group in groups if spelling(group) == spelling(name)]
        if not near:
            raise Wrong(
                f"--places {quoted(part)} names no group of column {table.label('group')}.",
                f"Its groups are {listed([quoted(group or 'nothing') for group in groups])}: "
                'write --places "NORTH=3,SOUTH=5".',
                status=2,
            )
        wanted[near[0]] = _whole(number.strip())
    left = [quoted(group or "nothing") for group in groups if group not in wanted]
    if left:
        raise Wrong(
            f"How many places are there for {listed(left)}?",
            "Say so for each group; 0 is a number too.",
            status=2,
        )
    return strata(
        [(groups[name], places) for name, places in sorted(wanted.items())],
        reserve=args.reserve,
        control=args.control,
    )
