"""`tremplin rehearse`: play a whole programme on invented people, and see where the plan breaks."""

import argparse
from pathlib import Path

from tremplin.cli.lazy import call
from tremplin.cli.numbers import whole

HELP = "Play a whole programme on invented people, before it opens"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("programme", metavar="PROGRAMME", help="a programme file, or the name of a template")
    parser.add_argument(
        "--applicants", type=whole(1, 20_000), default=200, help="how many apply (default: %(default)s)"
    )
    parser.add_argument(
        "--reviewers", type=whole(1, 20_000), default=0, help="how many read (default: one for 40 reads)"
    )
    parser.add_argument(
        "--seed", type=int, default=1, help="the same seed gives the same people (default: 1)"
    )
    parser.add_argument(
        "--opens", metavar="DATE", default="", help="first day, 2027-01-11 (default: next Monday)"
    )
    parser.add_argument("--until", metavar="MOMENT", default="one-year-later", help="stop at a named moment")
    parser.add_argument(
        "--speed", type=float, default=0.0, help="days a second, to watch it (default: at once)"
    )
    parser.add_argument(
        "--organiser", metavar="EMAIL", default="", help="who may open the cohort and its report"
    )
    parser.add_argument("--json", metavar="FILE", type=Path, help="also write the figures to this file")


def run(args: argparse.Namespace) -> int:
    return call("rehearsing", "rehearse", args)
