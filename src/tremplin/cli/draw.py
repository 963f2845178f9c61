"""`tremplin draw`: draw places by lot from a list of codes, so that anybody can check it."""

import argparse
from pathlib import Path

from tremplin.cli import tabular
from tremplin.cli.numbers import whole

HELP = "Draw places by lot from a list of codes, so that anybody can check it"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", nargs="?", default="", help="the list: a row for each entry")
    seed = parser.add_argument_group("the randomness")
    seed.add_argument(
        "--seal", metavar="FILE", type=Path, help="first of all: make a secret, and seal it in FILE"
    )
    seed.add_argument("--secret", metavar="FILE", type=Path, help="the secret that was sealed")
    seed.add_argument(
        "--public",
        metavar="NAME[=VALUE]",
        action="append",
        default=[],
        help="a public number that nobody can know beforehand: with --seal its name, such as “EuroMillions of 29 "
        "January 2027”, and for the draw NAME=VALUE; beside the secret, or instead of it",
    )
    draw = parser.add_argument_group("the draw")
    draw.add_argument(
        "--places", metavar="N", default="", help="how many are drawn; with --group NORTH=3,SOUTH=5"
    )
    draw.add_argument(
        "--group", metavar="HEADING", default="", help="draw so many places from each of these groups"
    )
    draw.add_argument(
        "--limits",
        metavar="FILE",
        default="",
        help="at least and at most so many of some: a row for each limit with category (a heading of the list), value, "
        "least, most, basis; draws one of many panels that all keep them",
    )
    draw.add_argument(
        "--aim",
        choices=("leximin", "maximin", "nash"),
        help="with --limits, how chances are evened out (default: leximin; or the list’s own column of chances)",
    )
    draw.add_argument(
        "--reserve", metavar="N", type=whole(0, 1_000_000), help="how many follow (default: all others)"
    )
    draw.add_argument(
        "--control",
        metavar="N",
        type=whole(0, 1_000_000),
        default=0,
        help="name so many who are not drawn, to compare with later; those of the reserve come last",
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
    tabular.arguments(
        parser,
        "code, chance (each entry’s own chance; without it all have the same); "
        "limits.category, limits.value, limits.least, limits.most, limits.basis",
    )


def run(args: argparse.Namespace) -> int:
    if bool(args.file) == bool(args.seal):
        usage = "tremplin draw --seal FILE; then tremplin draw LIST --places N --secret FILE"
        argparse.ArgumentParser(prog="tremplin draw", usage=usage).error("give either a list or --seal")
    return tabular.call("drawing", args)
