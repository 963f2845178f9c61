"""`tremplin audit`: whether groups fared differently, with what is not known about it."""

import argparse

from tremplin.cli import tabular
from tremplin.cli.numbers import whole

HELP = "Compare how groups fared at each step, with what is not known about it"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file",
        metavar="FILE",
        help="a row for each group and a count for each step; or, with --by, a row for each person",
    )
    people = parser.add_argument_group("people in rows")
    people.add_argument(
        "--by", metavar="HEADING", action="append", default=[], help="what groups them; more than once"
    )
    people.add_argument(
        "--steps",
        metavar="HEADING,…",
        default="",
        help="columns of yes and no, in order: who came so far (the first step is to stand in the list)",
    )
    people.add_argument(
        "--chance",
        metavar="HEADING",
        default="",
        help="instead of --steps: the chance with which each was drawn",
    )
    rule = parser.add_argument_group("the comparison")
    rule.add_argument(
        "--least", type=whole(1, 1000), default=5, help="groups with fewer people are left out (default: 5)"
    )
    rule.add_argument(
        "--each-step", action="store_true", help="of those who came to the step before, not to the first"
    )
    parser.description = HELP
    tabular.arguments(parser, "group, counts")


def run(args: argparse.Namespace) -> int:
    if bool(args.by) != bool(args.steps or args.chance) or (args.steps and args.chance):
        usage = "tremplin audit FILE [--by HEADING (--steps HEADING,HEADING | --chance HEADING)]"
        argparse.ArgumentParser(prog="tremplin audit", usage=usage).error(
            "people in rows need --by, and either --steps or --chance"
        )
    return tabular.call("auditing", args)
