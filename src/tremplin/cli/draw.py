"""`tremplin draw`: draw places by lot from a list of codes, so that anybody can check it."""

import argparse
from pathlib import Path

from tremplin.cli import tabular
from tremplin.cli.numbers import whole

HELP = "Draw places by lot from a list of codes, so that anybody can check it"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", nargs="?", default="", help="the list: a row for each entry")
    draw = parser.add_argument_group("the draw")
    draw.add_argument(
        "--seal", metavar="FILE", type=Path, help="first of all: make a secret seed, and seal it"
    )
    draw.add_argument("--places", type=whole(0, 1_000_000), help="how many are drawn")
    seed = draw.add_mutually_exclusive_group()
    seed.add_argument("--seed-file", metavar="FILE", type=Path, help="the seed that was sealed")
    seed.add_argument(
        "--seed",
        metavar="TEXT",
        default="",
        help="a public seed that nobody could know when it was announced",
    )
    draw.add_argument(
        "--only",
        metavar="HEADING=VALUE",
        default="",
        help="draw among the rows that say so, such as band=lottery",
    )
    draw.add_argument(
        "--new-codes", action="store_true", help="make a code for each row of a list that has none, and stop"
    )
    draw.add_argument("--not-names", action="store_true", help="the codes look like names, and are none")
    parser.description = HELP
    tabular.arguments(parser, "code")


def run(args: argparse.Namespace) -> int:
    if bool(args.file) == bool(args.seal):
        usage = "tremplin draw FILE --places N (--seed-file FILE | --seed TEXT), or tremplin draw --seal FILE"
        argparse.ArgumentParser(prog="tremplin draw", usage=usage).error("give either a list or --seal")
    return tabular.call("drawing", args)
