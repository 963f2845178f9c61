"""`tremplin suppress`: a table of counts made fit to publish, so that nobody in it can be worked out."""

import argparse

from tremplin.cli import tabular
from tremplin.cli.numbers import whole

HELP = "Make a table of counts fit to publish: nobody in it can be worked out"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file", metavar="FILE", help="a table of counts; or, with --rows and --by, a row for each person"
    )
    count = parser.add_argument_group("counting people")
    count.add_argument("--rows", metavar="HEADING", default="", help="the column whose values become rows")
    count.add_argument("--by", metavar="HEADING", default="", help="the column whose values become columns")
    rule = parser.add_argument_group("the rule")
    rule.add_argument(
        "--least", type=whole(2, 1000), default=5, help="a smaller count is hidden (default: 5)"
    )
    rule.add_argument(
        "--round", type=whole(1, 1000), default=5, help="what is shown is rounded to this (default: 5)"
    )
    parser.description = HELP
    tabular.arguments(parser, "category, counts")


def run(args: argparse.Namespace) -> int:
    if bool(args.rows) != bool(args.by):
        argparse.ArgumentParser(
            prog="tremplin suppress", usage="tremplin suppress FILE --rows HEADING --by HEADING"
        ).error("counting people needs both --rows and --by")
    return tabular.call("suppressing", args)
