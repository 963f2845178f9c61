"""`tremplin match`: who mentors whom, from wishes, from profiles, or from both."""

import argparse

from tremplin.cli import tabular

HELP = "Match scholars and mentors by their wishes, their profiles, or both"
RULES = ("scholars", "mentors", "welfare", "most", "ranks", "weight")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "scholars", metavar="SCHOLARS", help="a row for each: code, wishes or topics, languages, hours"
    )
    parser.add_argument(
        "mentors", metavar="MENTORS", help="the same of mentors, and how many scholars they take"
    )
    rule = parser.add_argument_group("the matching")
    rule.add_argument(
        "--rule",
        choices=RULES,
        default="scholars",
        help="stable: scholars or mentors (the best for that side), welfare (for both together), most (as many pairs "
        "as can be); not stable: ranks (as many first wishes as can be), weight (the best fits; needs profiles)",
    )
    rule.add_argument(
        "--conflicts", metavar="FILE", default="", help="pairs that must not be: scholar, mentor"
    )
    rule.add_argument(
        "--open-lists", action="store_true", help="who is not on a list comes after those who are, not never"
    )
    rule.add_argument("--seed", default="", help="breaks ties between equals, openly (default: empty)")
    rule.add_argument(
        "--starts", metavar="DATE", default="", help="first day, to compare hours on real clocks"
    )
    rule.add_argument("--weeks", type=int, default=12, help="how many weeks (default: %(default)s)")
    parser.description = HELP
    tabular.arguments(
        parser,
        "code, wishes, topics, stack, languages, zone, hours; mentors.code, mentors.places and so on; "
        "conflicts.scholar, conflicts.mentor",
    )


def run(args: argparse.Namespace) -> int:
    return tabular.call("matching", args)
