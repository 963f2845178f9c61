"""`tremplin select`: who has a place for sure, who draws for one, who has none, and why."""

import argparse

from tremplin.cli import tabular
from tremplin.cli.numbers import whole

HELP = "Sort applicants into sure, lottery and not, from scores and their intervals"
RULES = ("bounded", "line", "merit", "top")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file", metavar="FILE", help="a row for each applicant: code, score, and its interval"
    )
    rule = parser.add_argument_group("the rule")
    rule.add_argument("--places", type=whole(0, 1_000_000), required=True, help="how many there are")
    rule.add_argument(
        "--rule",
        choices=RULES,
        default="bounded",
        help="bounded: a lottery of bounded size around the last place; line: a lottery among all whose interval "
        "holds the last place (Swiss National Science Foundation); merit: the chances that serve best in the worst "
        "case within the intervals; top: by score alone, lots among equals (default: %(default)s)",
    )
    rule.add_argument(
        "--sure-share", type=float, default=0.5, help="bounded: share of the places that may be sure"
    )
    rule.add_argument(
        "--people-a-place", type=float, default=2.0, help="bounded: at most so many draw for a place"
    )
    rule.add_argument(
        "--limits",
        metavar="FILE",
        default="",
        help="merit: at least and at most so many places for some: a row for each limit with category (a heading of "
        "the list), value, least, most, basis",
    )
    rule.add_argument(
        "--lowest-first", action="store_true", help="the smallest score is the best, as with ranks"
    )
    parser.description = HELP
    tabular.arguments(
        parser,
        "code, score, low, high; limits.category, limits.value, limits.least, limits.most, limits.basis",
    )


def run(args: argparse.Namespace) -> int:
    return tabular.call("selecting", args)
