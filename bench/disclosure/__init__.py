"""Small cells of published tables: what different rules hide, and what an attacker recovers all the same.

Every table is published with all its totals, exactly, which is the most an attacker can have. For each small cell with
somebody in it the attacker computes the least and the most that it can be (`methods.disclosure.attack`). Times are CPU
times of this process, SciPy loaded before. No other free software in Python hides the fewest cells: the rules beside
ours are what people do by hand.
"""

import argparse
import random
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from bench.growth import growth
from bench.load import percentile
from tremplin.methods.disclosure import (
    LEAST,
    Guard,
    Publication,
    attack,
    linked,
    small_guards,
    steps,
    suppress,
    table,
)

HELP = "suppression of small cells: cells hidden, share recovered by the attacker, milliseconds"
TABLES = 200
BAR_MS = 100
SIZES = ((4, 8), (8, 8), (12, 12), (20, 20), (30, 30), (40, 40))

Rule = Callable[[Publication, Sequence[Guard]], frozenset[int]]


def people_in(chance: random.Random, high: int, wide: int, people: int, *, crowded: bool) -> list[list[int]]:
    """`people` thrown into a table: evenly, or crowded in one corner as answers are."""
    counts = [[0] * wide for _row in range(high)]
    for _person in range(people):
        if crowded:
            row, column = int(chance.expovariate(0.9)), int(chance.expovariate(0.5))
        else:
            row, column = chance.randrange(high), chance.randrange(wide)
        counts[min(high - 1, row)][min(wide - 1, column)] += 1
    return counts


def naive(publication: Publication, _guards: Sequence[Guard]) -> frozenset[int]:
    """One to four people are hidden and nothing else; an empty cell is shown as such."""
    cells = range(len(publication))
    return frozenset(c for c in cells if c not in publication.always and 0 < publication.values[c] < LEAST)


def guarded(_publication: Publication, guards: Sequence[Guard]) -> frozenset[int]:
    """What is guarded is hidden, empty cells among it, and nothing else."""
    return frozenset(guard.cell for guard in guards)


def by_lines(publication: Publication, guards: Sequence[Guard]) -> frozenset[int]:
    """By hand: no line may have one hidden cell alone; the smallest other cell of the line is hidden with it."""
    gone = set(guarded(publication, guards))
    while lone := [
        cells
        for relation in publication.relations
        if len(cells := [c for c, _s in relation if c not in publication.always])
        > len(set(cells) & gone)
        == 1
    ]:
        left = [cell for cell in lone[0] if cell not in gone]
        gone.add(min(left, key=lambda cell: (publication.values[cell], cell)))
    return frozenset(gone)


def greedy(publication: Publication, guards: Sequence[Guard]) -> frozenset[int]:
    """Ours without the programme: what answers where the effort is spent."""
    return suppress(publication, guards, effort=0).hidden


def exact(publication: Publication, guards: Sequence[Guard]) -> frozenset[int]:
    found = suppress(publication, guards)
    if not found.certified:
        raise RuntimeError("Not certified.")
    return found.hidden


RULES: dict[str, Rule] = {
    "1 to 4 hidden": naive,
    "0 to 4 hidden": guarded,
    "two in each line": by_lines,
    "greedy": greedy,
    "exact": exact,
}


def compared(many: int, *, crowded: bool) -> dict[str, dict[str, float]]:
    """Each rule on the same tables of 4 × 8 and 120 people."""
    tables = []
    for seed in range(many):
        publication = table(people_in(random.Random(seed), 4, 8, 120, crowded=crowded), totals="always")
        tables.append((publication, small_guards(publication)))
    found: dict[str, dict[str, float]] = {}
    rows: dict[str, list[tuple[int, float, int, int, int]]] = {name: [] for name in RULES}
    for publication, guards in tables:
        kept = suppress(publication, guards).kept  # what always shown totals give away is no rule's fault
        small = {guard.cell for guard in kept if guard.why == "small" and guard.up}
        peopled = {cell for cell in small if publication.values[cell]}
        for name, rule in RULES.items():
            began = time.process_time()
            hidden = rule(publication, guards)
            took = time.process_time() - began
            after = attack(publication, hidden, [guard for guard in kept if guard.cell in small])
            known = peopled & hidden & set(after.recovered)
            told = {guard.cell for guard in after.broken} & peopled
            rows[name].append((len(hidden), 1000 * took, len(known), len(told), len(peopled)))
    for name, measured in rows.items():
        hidden_, took_, recovered_, broken_, small_ = (list(part) for part in zip(*measured, strict=True))
        found[name] = {
            "cells_hidden": round(sum(hidden_) / many, 2),
            "recovered_percent": round(100 * sum(recovered_) / sum(small_), 2),
            "told_to_be_small_percent": round(100 * sum(broken_) / sum(small_), 2),
            "p50_ms": round(median(took_), 2),
            "p95_ms": round(percentile(took_, 0.95), 2),
            "max_ms": round(max(took_), 2),
        }
    return found


def grown(sizes: Sequence[tuple[int, int]]) -> list[dict[str, Any]]:
    """Larger tables with hideable totals, and other kinds of publication, once each."""
    chance = random.Random(1)
    kinds: list[tuple[str, Publication, tuple[Guard, ...]]] = []
    for high, wide in sizes:
        counts = [[int(chance.expovariate(1 / 20)) for _column in range(wide)] for _row in range(high)]
        kinds.append((f"{high} × {wide}", publication := table(counts), small_guards(publication)))
    way = [sorted((chance.randrange(80) for _step in range(7)), reverse=True) for _group in range(8)]
    publication = steps(way)
    first = {code.split("|")[1] for code in publication.codes}
    kinds.append((f"7 steps, {len(first) - 1} groups", publication, small_guards(publication)))
    publication = three_linked(chance)
    kinds.append(("3 linked tables", publication, small_guards(publication, least=15)))
    rows = []
    for name, publication, guards in kinds:
        began = time.process_time()
        found = suppress(publication, guards)
        took = time.process_time() - began
        after = attack(publication, found.hidden, found.kept)
        rows.append(
            {
                "what": name,
                "cells": len(publication) - len(publication.never),
                "guarded": len({guard.cell for guard in guards}),
                "hidden": len(found.hidden),
                "greedy": len(greedy(publication, guards)),
                "certified": found.certified,
                "broken": len(after.broken),
                "seconds": round(took, 3),
            }
        )
    return rows


def three_linked(chance: random.Random) -> Publication:
    """Three tables of one set of people: 4 × 6, 4 × 5 and 6 × 5, which share their totals."""
    people = {(g, c, s): int(chance.expovariate(1 / 6)) for g in range(4) for c in range(6) for s in range(5)}
    ways = (("g", 0, 4), ("c", 1, 6), ("s", 2, 5))
    tables = []
    for one, other in ((0, 1), (0, 2), (1, 2)):
        (row, at, high), (column, to, wide) = ways[one], ways[other]
        counts = [
            [sum(many for key, many in people.items() if (key[at], key[to]) == (i, j)) for j in range(wide)]
            for i in range(high)
        ]
        tables.append((counts, [f"{row}{i}" for i in range(high)], [f"{column}{j}" for j in range(wide)]))
    return linked(tables)


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--tables", type=int, help=f"tables of 4 × 8 (default: {TABLES}; quick: 40)")


def run(args: argparse.Namespace) -> dict[str, Any]:
    many = args.tables or (40 if args.quick else TABLES)
    exact(warm := table([[1, 9], [9, 9]], totals="always"), small_guards(warm))
    figures: dict[str, Any] = {"tables": many}
    for name, crowded in (("even", False), ("crowded", True)):
        figures[name] = compared(many, crowded=crowded)
        print(f"{many} tables of 4 × 8, 120 people, {name}; all totals shown\n")
        print(f"{'':<20}{'hidden':>8}{'recovered':>11}{'told small':>12}{'p50 ms':>9}{'p95 ms':>9}{'max':>9}")
        for rule, row in figures[name].items():
            print(
                f"{rule:<20}{row['cells_hidden']:>8.2f}{row['recovered_percent']:>10.2f}%"
                f"{row['told_to_be_small_percent']:>11.2f}%{row['p50_ms']:>9.2f}{row['p95_ms']:>9.2f}{row['max_ms']:>9.2f}"
            )
        print()
    figures["grown"] = grown(SIZES[:4] if args.quick else SIZES)
    print(
        f"{'':<22}{'cells':>7}{'guarded':>9}{'hidden':>8}{'greedy':>8}{'certified':>11}{'broken':>8}{'CPU s':>8}"
    )
    for row in figures["grown"]:
        print(
            f"{row['what']:<22}{row['cells']:>7}{row['guarded']:>9}{row['hidden']:>8}{row['greedy']:>8}"
            f"{row['certified']!s:>11}{row['broken']:>8}{row['seconds']:>8.2f}"
        )
    ours = [figures[name]["exact"] for name in ("even", "crowded")]
    safe = all(not row["told_to_be_small_percent"] and not row["recovered_percent"] for row in ours)
    figures["safe"], figures["moonshot"] = safe, all(row["p95_ms"] <= BAR_MS for row in ours)
    print(
        f"\nbar (0 % recovered, fewest cells, certified): {'met' if safe else 'missed'}; "
        f"moonshot (4 × 8 in {BAR_MS} ms, p95): {'met' if figures['moonshot'] else 'missed'}"
    )
    if getattr(args, "record", False):
        squares = [row for row in figures["grown"] if "×" in row["what"]]
        growth(
            {"exact, certified": [(row["cells"], max(row["seconds"], 1e-3)) for row in squares]},
            title="Hiding the fewest cells: CPU seconds by cells of the table",
            across="cells, totals among them", up="seconds",
            path=Path(__file__).parents[1] / "results" / "disclosure.svg",
        )  # fmt: skip
    return figures


def page(figures: dict[str, Any]) -> str:
    """The results as a page."""
    parts = []
    for name in ("even", "crowded"):
        parts += [
            f"{figures['tables']} tables of 4 × 8 with 120 people, {name}; all totals shown exactly.",
            "",
            "| rule | cells hidden | small cells recovered | told to be small | p50 ms | p95 ms | max ms |",
            "|---|--:|--:|--:|--:|--:|--:|",
            *(
                f"| {rule} | {row['cells_hidden']} | {row['recovered_percent']} % "
                f"| {row['told_to_be_small_percent']} % | {row['p50_ms']} | {row['p95_ms']} | {row['max_ms']} |"
                for rule, row in figures[name].items()
            ),
            "",
        ]
    return "\n".join(
        [
            *parts,
            "Larger tables (totals may be hidden), a way of nested steps, linked tables:",
            "",
            "| what | cells | guarded | hidden | greedy would hide | certified | guards broken | CPU s |",
            "|---|--:|--:|--:|--:|---|--:|--:|",
            *(
                f"| {row['what']} | {row['cells']} | {row['guarded']} | {row['hidden']} | {row['greedy']} "
                f"| {'yes' if row['certified'] else 'no'} | {row['broken']} | {row['seconds']} |"
                for row in figures["grown"]
            ),
            "",
            f"Bar (nothing recovered, fewest cells): {'met' if figures['safe'] else 'missed'}. "
            f"Moonshot (4 × 8 in {BAR_MS} ms): {'met' if figures['moonshot'] else 'missed'}.",
            "",
            "![growth](disclosure.svg)",
        ]
    )
