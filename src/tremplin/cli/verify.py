"""`tremplin verify`: whether a published draw is what its seed gives."""

import argparse
from pathlib import Path

from tremplin.cli import tabular

HELP = "Check a published draw: its seed, its seal, its list"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = f"{HELP}. The exit status is 0 when it holds, and 1 when it does not."
    parser.add_argument("draw", metavar="DRAW.json", type=Path, help="the published file of the draw")
    parser.add_argument("--sealed", metavar="TEXT", default="", help="what was published before the draw")
    parser.add_argument(
        "--listed",
        metavar="SHA-256",
        default="",
        help="the SHA-256 of the list, where it was published before the draw",
    )
    parser.add_argument(
        "--list",
        metavar="FILE",
        default="",
        help="also check that exactly the codes of this spreadsheet took part",
    )
    parser.add_argument(
        "--limits",
        metavar="FILE",
        default="",
        help="with --list: also check that every panel keeps the limits of this table",
    )
    parser.add_argument(
        "--only", metavar="HEADING=VALUE", default="", help="with --list: of the rows that say so"
    )
    tabular.reading(parser, "code, limits.category, limits.value, limits.least, limits.most")


def run(args: argparse.Namespace) -> int:
    return tabular.call("verifying", args)
