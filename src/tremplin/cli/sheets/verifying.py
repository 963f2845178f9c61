"""`tremplin verify`: whether a draw holds, and if not, everything that does not."""

import argparse
import re

from tremplin.cli.sheets import limiting
from tremplin.cli.sheets.entries import CODE, entries, only
from tremplin.cli.sheets.faults import Wrong
from tremplin.cli.sheets.job import Job
from tremplin.cli.sheets.paneling import broken_limits
from tremplin.cli.sheets.words import amount, percent, some
from tremplin.methods import lottery

_LARGEST = 200_000_000
_SHA256 = re.compile("[0-9a-f]{64}")


def run(args: argparse.Namespace) -> int:
    if args.limits and not args.list:
        raise Wrong(
            "Limits are about what the list says of each code.",
            "Give the list too: --list FILE, and the same --only as for the draw.",
            status=2,
        )
    text = _text(args)
    published, listed = _digest(args.sealed, "--sealed"), _digest(args.listed, "--listed")
    found = list(lottery.faults(text, published=published, listed=listed))
    made = None if found else lottery.loads(text)
    if made and args.list:
        found.extend(_differences(args, made))
    for fault in found:
        print(f"- {fault[:1].upper()}{fault[1:].rstrip('.')}.")
    if found or made is None:
        print(f"{args.draw.name}: the draw does not hold.")
        print(
            "Ask who published it for the file as it was written, byte for byte, and for their explanation."
        )
        return 1
    print(f"{args.draw.name}: the draw holds.")
    _tell(args, made)
    return 0


def _digest(given: str, option: str) -> str:
    """A published SHA-256 as people copy it: with blanks, in capitals."""
    found = "".join(given.split()).lower()
    if found and not _SHA256.fullmatch(found):
        raise Wrong(
            f"{option} {given.strip()} is not a SHA-256.",
            "Copy all 64 signs of it, figures and letters from a to f, from where it was published.",
            status=2,
        )
    return found


def _text(args: argparse.Namespace) -> str:
    try:
        if args.draw.stat().st_size > _LARGEST:
            raise Wrong(f"{args.draw} is far too large for a draw.", "Name the file that was published.")
        return str(args.draw.read_bytes().decode("utf-8"))
    except FileNotFoundError:
        raise Wrong(f"There is no file {args.draw}.", "Name the file that was published.") from None
    except IsADirectoryError:
        raise Wrong(f"{args.draw} is a folder.", "Name the file that was published.") from None
    except UnicodeDecodeError:
        raise Wrong(
            f"{args.draw.name} is not the file of a draw.", "It is a .json of codes and a seed."
        ) from None


def _tell(args: argparse.Namespace, made: lottery.Draw) -> None:
    """What was checked, and what nobody could check here."""
    print(f"  {amount(len(made.entries), 'entry', 'entries')}, {amount(made.places, 'place')}.")
    print(f"  Drawn: {some(list(made.chosen), 20) or 'nobody'}.")
    if made.panel is not None and len(made.listing.panels) > 1:
        share = made.listing.weights[made.panel] / sum(made.listing.weights)
        many = len(made.listing.panels)
        print(f"  Panel {made.panel + 1:,} of {many:,} came up; its chance was {percent(share)}.")
    print("  The seed gives exactly this order.")
    if args.sealed:
        print("  The seal is the one that was published before.")
    else:
        print(
            "  Not checked: whether that was promised before the draw. Add --sealed with the seal of then; this one is"
        )
        print(f"  {made.commitment}")
    if args.listed or made.promise.listed:
        where = "published before" if args.listed else "promised with the seal"
        print(f"  The list is the one whose SHA-256 was {where}.")
    for source, value in zip(made.promise.sources, made.reveal.values, strict=True):
        print(f"  Look up yourself: {source.name} = {value}.")
    if args.list:
        print(f"  Exactly the codes of {args.list} took part.")
    if args.limits:
        every = "Every panel that could have come up" if made.listing.panels else "What was drawn"
        print(f"  {every} keeps the limits of {args.limits}.")


def _differences(args: argparse.Namespace, made: lottery.Draw) -> list[str]:
    inputs = [args.list, *filter(None, [args.limits])]
    job = Job(args, inputs, {"": [CODE], "limits": limiting.COLUMNS})
    sheet = only(job.sheet(args.list), args.only)
    bounds = limiting.table_of(job, args.limits) if args.limits else None
    table = job.of_sheet(
        sheet, wanted=[CODE, *(limiting.columns_of(bounds, sheet) if bounds is not None else ())]
    )
    job.confirm()
    found = entries(table)
    limits = limiting.read(bounds, table, made.places) if bounds is not None else None
    job.ready()
    codes = {entry.code for entry in found}
    lacking, extra = sorted(codes - set(made.entries)), sorted(set(made.entries) - codes)
    said = []
    if lacking:
        said.append(f"in {args.list}, but not in the draw: {some(lacking, 5)}")
    if extra:
        said.append(f"in the draw, but not in {args.list}: {some(extra, 5)}")
    if limits and not said:
        said.extend(broken_limits(made, limits, {entry.code: limits.of(entry.row) for entry in found}))
    return said
