"""A season of reading simulated: time and memory by applications and reviewers, the outlook and the remedies.

Two checks ride along: one reviewer at a known pace against the Poisson distribution, and one at a pace that is not
known against the negative binomial.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from tremplin.methods.capacity import Coming, Habits, Reader, Season, Size, advise, outlook

HELP = "the chance that somebody is unread by a day, and the cheapest remedy, simulated; size and time"
ROOT = Path(__file__).parent.parent
QUICK = ((550, 40), (3000, 150))
FULL = (*QUICK, (10_000, 500))
BAR_S = 1.0
_LANGUAGES = ("en", "fr", "es", "pt")


def season(applications: int, reviewers: int) -> Season:
    """Half way: most have come, a third of the reads are in, reviewers of four languages have shown their pace."""
    chance = np.random.default_rng(7)
    share, reads, days = 0.7, 3, 21.0
    come = round(applications * share)
    mix = (0.55, 0.25, 0.12, 0.08)
    piles, by_language = {}, {}
    for language, part in zip(_LANGUAGES, mix, strict=True):
        many = round(come * part)
        piles[language] = tuple(chance.multinomial(many, (0.4, 0.25, 0.2, 0.15))[:3].tolist())
        by_language[language] = many
    a_week = applications * reads / reviewers / 3
    readers = []
    for number in range(reviewers):
        spoken = {_LANGUAGES[int(chance.choice(4, p=mix))]} | ({"en"} if chance.random() < 0.5 else set())
        pace = a_week * chance.uniform(0.5, 1.5)
        readers.append(
            Reader(
                f"r{number:03}",
                round(pace, 1),
                frozenset(spoken),
                starts=float(chance.choice((0, 0, 0, 5))),
                most=round(6 * a_week) if chance.random() < 0.3 else None,
                done=int(chance.poisson(pace * 1.5)),
                weeks=1.5,
            )
        )
    coming = Coming(come, share, along=((0, 0), (5, 0.5), (7, 1)), by_language=by_language)
    return Season(reads, days, piles, tuple(readers), coming)


def work(applications: int, reviewers: int, times: int) -> dict[str, Any]:
    """One size, in a process of its own."""
    scene = season(applications, reviewers)
    walls, cpus = [], []
    for _time in range(times):
        wall, cpu = time.perf_counter(), time.process_time()
        found = outlook(scene)
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    wall, cpu = time.perf_counter(), time.process_time()
    advice = advise(scene)
    return {
        "applications": applications,
        "reviewers": reviewers,
        "runs": Size().runs,
        "steps": len(found.days),
        "wall_s": [round(one, 3) for one in walls],
        "cpu_s": [round(one, 3) for one in cpus],
        "advise_wall_s": round(time.perf_counter() - wall, 3),
        "advise_cpu_s": round(time.process_time() - cpu, 3),
        "mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "unread": round(found.unread.value, 3),
        "short": round(found.short.value, 3),
        "missing": found.missing.middle,
        "remedies": [
            f"{one.kind} {one.amount:g} {dict(one.by_language) or ''} {one.chance.value:.3f}"
            + ("" if one.enough else " (not enough)")
            for one in advice.remedies
        ],
    }


def checks() -> list[dict[str, Any]]:
    """What can be worked out, beside what is simulated."""
    from scipy import stats

    size = Size(worlds=2000, each=10, beyond=1)
    known = Season(1, 14, {"en": (16,)}, (Reader("a", 8),), habits=Habits(trust=float("inf"), leaves=0))
    seen = Season(1, 14, {"en": (20,)}, (Reader("a", 10, done=12, weeks=1.5),), habits=Habits(leaves=0))
    rate = 4 / 10 + 1.5
    truths = (stats.poisson.cdf(15, 16), stats.nbinom.cdf(19, 16, rate / (rate + 2)))
    rows = []
    for name, scene, truth in zip(
        ("pace known", "pace seen for a while"), (known, seen), truths, strict=True
    ):
        found = outlook(scene, size).unread
        rows.append({"case": name, "worked out": round(float(truth), 4), "simulated": round(found.value, 4)})
        rows[-1]["interval"] = [round(found.low, 4), round(found.high, 4)]
    return rows


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--times", type=int, default=5, help="outlooks a size")


def run(args: argparse.Namespace) -> dict[str, Any]:
    rows = []
    env = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    print(
        f"{'applications':>12}{'reviewers':>10}{'outlook s':>11}{'CPU s':>8}{'remedies s':>11}{'CPU s':>8}"
        f"{'MiB':>6}{'unread':>8}{'short':>7}"
    )
    for applications, reviewers in QUICK if args.quick else FULL:
        words = [sys.executable, "-m", "bench.capacity", str(applications), str(reviewers), str(args.times)]
        done = subprocess.run(words, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(done.stderr)
        row = json.loads(done.stdout.splitlines()[-1])
        rows.append(row)
        print(
            f"{applications:>12,}{reviewers:>10}{median(row['wall_s']):>11.2f}{median(row['cpu_s']):>8.2f}"
            f"{row['advise_wall_s']:>11.2f}{row['advise_cpu_s']:>8.2f}{row['mib']:>6}{row['unread']:>8}{row['short']:>7}"
        )
        for words_of in row["remedies"]:
            print(f"{'':>24}{words_of}")
    found = checks()
    for check in found:
        print(check)
    first = median(rows[0]["cpu_s"])
    met = first <= BAR_S
    print(
        f"\nown bar, an outlook of 550 applications in {BAR_S:g} s: {'met' if met else 'missed'} ({first:.2f} s)"
    )
    return {"rows": rows, "checks": found, "met": met}


def page(figures: dict[str, Any]) -> str:
    """The results as a page."""
    rows = [
        f"| {row['applications']:,} | {row['reviewers']} | {median(row['wall_s']):.2f} | {median(row['cpu_s']):.2f} "
        f"| {row['advise_wall_s']:.2f} | {row['advise_cpu_s']:.2f} | {row['mib']} | {row['unread']} | {row['short']} "
        f"| {'; '.join(row['remedies'])} |"
        for row in figures["rows"]
    ]
    checks_ = [
        f"| {row['case']} | {row['worked out']} | {row['simulated']} | {row['interval'][0]}–{row['interval'][1]} |"
        for row in figures["checks"]
    ]
    first = figures["rows"][0]
    return "\n".join(
        [
            f"A season half way, {first['runs']:,} runs of {first['steps']} steps, one core. No other software was "
            "found that answers this. Unread and short: the probabilities on the day on which reading ends. A remedy "
            "is followed by the probability that is left with it.",
            "",
            "| applications | reviewers | outlook s | CPU s | remedies s | CPU s | MiB | unread | short | remedies |",
            "|--:|--:|--:|--:|--:|--:|--:|--:|--:|---|",
            *rows,
            "",
            "| check | worked out | simulated | 95 % interval |",
            "|---|--:|--:|--:|",
            *checks_,
        ]
    )


if __name__ == "__main__":
    print(json.dumps(work(*(int(word) for word in sys.argv[1:]))))
