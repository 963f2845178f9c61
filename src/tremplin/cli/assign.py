"""`tremplin assign`: who reads what, from a table of applications and one of reviewers."""

import argparse

from tremplin.cli import tabular
from tremplin.cli.numbers import share, whole

HELP = "Assign applications to reviewers: loads, languages, conflicts, expertise"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("applications", metavar="APPLICATIONS", help="a row for each: code, language, topics")
    parser.add_argument(
        "reviewers", metavar="REVIEWERS", help="a row for each: code, languages, most, topics"
    )
    rule = parser.add_argument_group("the assignment")
    rule.add_argument(
        "--reads", type=whole(1, 100), default=3, help="reads for each application (default: 3)"
    )
    rule.add_argument(
        "--most",
        type=whole(1, 100_000),
        help="most reads for a reviewer whose row says none (default: an even share)",
    )
    rule.add_argument(
        "--fair",
        action="store_true",
        help="lift the worst-off application first, then the sum; needs scores or topics",
    )
    rule.add_argument(
        "--conflicts", metavar="FILE", default="", help="pairs that must not be: application, reviewer"
    )
    rule.add_argument(
        "--expertise", metavar="FILE", default="", help="how well each suits: application, reviewer, score"
    )
    rule.add_argument("--kept", metavar="FILE", default="", help="pairs that are given already, and stay")
    rule.add_argument(
        "--seed", type=whole(0, 2**53), help="decides between equals (default: 0), or what chance draws"
    )
    chance = parser.add_argument_group("an assignment left to chance")
    chance.add_argument(
        "--cap",
        type=share,
        metavar="SHARE",
        help="no pair is given with a greater probability, such as 0.5: nobody can count on reading a friend, or on "
        "being read by one; needs scores or topics",
    )
    chance.add_argument(
        "--spread",
        type=share,
        metavar="SHARE",
        help="spread the chances over more reviewers, as far as this part of the greatest sum of scores is still "
        "expected, such as 0.95; with --cap or alone",
    )
    parser.description = HELP
    tabular.arguments(
        parser,
        "application, language, topics, reads; reviewers.reviewer, reviewers.languages, reviewers.most, "
        "reviewers.least, reviewers.topics; conflicts.…, expertise.…, kept.…",
    )


def run(args: argparse.Namespace) -> int:
    return tabular.call("assigning", args)
