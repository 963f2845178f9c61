"""`tremplin capacity`: whether everybody will have been read by the day that reading ends, and what would help."""

import argparse

from tremplin.cli import tabular
from tremplin.cli.numbers import whole

HELP = "See whether anybody will be left unread, and what would help"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "reviewers", metavar="REVIEWERS", help="a row for each: code, reads a week, languages"
    )
    parser.add_argument(
        "applications",
        metavar="APPLICATIONS",
        nargs="?",
        default="",
        help="those that have come: language, reads so far",
    )
    season = parser.add_argument_group("the season")
    season.add_argument(
        "--reads", type=whole(1, 20), default=3, help="reads for each application (default: 3)"
    )
    season.add_argument("--days", type=whole(0, 400), required=True, help="days from now until reading ends")
    season.add_argument(
        "--expected",
        metavar="LOW-HIGH",
        default="",
        help="how many will come in all, while the call is open: 400-700",
    )
    season.add_argument(
        "--closes-in", type=whole(0, 400), default=0, help="days from now until the call closes"
    )
    season.add_argument("--risk", type=float, default=5, help="the risk that is accepted, in %% (default: 5)")
    parser.description = HELP
    tabular.arguments(
        parser,
        "reviewer, a_week, languages, done, weeks, most, starts; applications.application, applications.language, "
        "applications.done",
    )


def run(args: argparse.Namespace) -> int:
    return tabular.call("foreseeing", args)
