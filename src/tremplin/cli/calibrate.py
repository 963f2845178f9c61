"""`tremplin calibrate`: marks corrected for harsh and generous reviewers, with an interval for every applicant."""

import argparse

from tremplin.cli import tabular

HELP = "Correct marks for harsh and generous reviewers, with an interval for everyone"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file",
        metavar="FILE",
        help="a row for each mark (applicant, reviewer, mark), or a column for each reviewer",
    )
    model = parser.add_argument_group("the estimate")
    model.add_argument(
        "--level", type=float, default=90, help="how often an interval holds, in %% (default: 90)"
    )
    model.add_argument(
        "--weights",
        metavar="HEADING=NUMBER,…",
        default="",
        help="how much each of several columns of marks counts (default: all alike)",
    )
    parser.description = HELP
    tabular.arguments(parser, "applicant, reviewer, score; or applicant, marks")


def run(args: argparse.Namespace) -> int:
    return tabular.call("calibrating", args)
