"""Fair lotteries over panels: ours beside sortition-algorithms (GPL, installed apart, a process of its own) on the
same pools, alternately; what each attains, whether it is proven, and whether a second run gives the same.

Pools are made anew from their definition (`pools.py`): the two public synthetic ones of Flanigan et al. (Nature
2021), and generated ones that grow to 1,727 people for 110 seats. The peer's leximin needs Gurobi, whose free
licence ends before 825 people; there its maximin is taken, which attains the same least chance if it is optimal.
"""

import argparse
import json
import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from statistics import median
from typing import Any

from bench import peers
from bench.growth import growth
from bench.panels.pools import Instance, alternate, generated

HELP = "panels that keep quotas, ours beside sortition-algorithms: seconds, least chance, Gini, proof"
ROOT = Path(__file__).parent.parent.parent
PEER = ("sortition-algorithms==0.12.15", "gurobipy")
CATEGORIES = {60: 5, 100: 4, 200: 4, 312: 6, 825: 4, 1727: 7}
GROWING = ((60, 8), (100, 10), (200, 20), (312, 35), (825, 75), (1727, 110))
BARS = {"312/35/6/2": 3.0, "1727/110/7/2": 10.0, "alternate 2000/200": 0.1}
MOONSHOT = {"1727/110/7/2": 2.0}
_REPEATED = 60  # seconds


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--alone", action="store_true", help="without the peer")
    parser.add_argument("--cap", type=int, default=150, help="seconds that one run of the peer may take")
    parser.add_argument("--runs", type=int, default=2, help="runs of each on each pool")


def run(args: argparse.Namespace) -> dict[str, Any]:
    folder = None if args.alone else peers.install("sortition-algorithms", *PEER)
    growing = GROWING[:3] if args.quick else GROWING
    cap = 20 if args.quick else args.cap
    pools = [alternate(200, 20), alternate(2000, 200)]
    pools += [generated(people, seats, CATEGORIES[people], 2) for people, seats in growing]
    print(f"{'pool':<20}{'':<26}{'seconds':>16}{'least %':>18}{'Gini %':>8}{'panels':>8}{'MiB':>6}")
    rows = []
    for pool in pools:
        row = _row(pool, folder, cap, 1 if args.quick else args.runs)
        rows.append(row)
        _show(row)
    small = _small(8 if args.quick else 30)
    print(
        f"\n{small['pools']} pools of 40 to 200 people: {small['exact']} exact and proven, {small['gap']} of them with "
        f"a true gap of whole panels; slowest {small['slowest']:.2f} s"
    )
    bars = _bars(rows, small)
    for bar in bars:
        print(f"bar: {bar['what']}: {'met' if bar['met'] else 'missed'} ({bar['measured']})")
    return {"pools": rows, "small": small, "bars": bars, "cap_s": cap}


def _row(pool: Instance, folder: Path | None, cap: int, runs: int) -> dict[str, Any]:
    """Ours and theirs in turn."""
    people = len(pool.people)
    aim = "leximin" if people < 800 else "maximin"
    ours, theirs = [], []
    for number in range(runs):
        ours.append(_call([sys.executable, "-m", "bench.panels.ours", "warm"], pool, 600))
        # A second run shows whether the answer is the same; one that was slow, or did not end, is not repeated.
        if folder is not None and (number == 0 or theirs[-1].get("seconds", cap) < _REPEATED):
            theirs.append(
                _call([sys.executable, str(ROOT / "bench/panels/theirs.py"), aim], pool, cap, folder)
            )
    return {
        "pool": pool.name,
        "people": people,
        "seats": pool.seats,
        "aim": aim,
        "ours": ours,
        "theirs": theirs,
    }


def _call(command: list[str], pool: Instance, cap: int, folder: Path | None = None) -> dict[str, Any]:
    quiet = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "PYTHONHASHSEED": "0"}
    environment = {**os.environ, **quiet, "PYTHONPATH": str(folder or ROOT)}
    try:
        done = subprocess.run(
            command,
            input=json.dumps(asdict(pool)),
            env=environment,
            cwd=ROOT if folder is None else folder,
            capture_output=True,
            text=True,
            timeout=cap,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return {"stopped": f"> {cap} s"}
    if done.returncode:
        return {"stopped": (done.stderr.strip().splitlines() or ["no reason"])[-1][:90]}
    answer: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return answer


def _show(row: dict[str, Any]) -> None:
    for who, answers in (
        (f"ours, {row['ours'][0].get('groups')} groups", row["ours"]),
        (row["aim"], row["theirs"]),
    ):
        ended = [one for one in answers if "seconds" in one]
        name = row["pool"] if answers is row["ours"] else ""
        label = who if answers is row["ours"] else f"sortition-algorithms, {who}"
        if not answers:
            continue
        if not ended:
            print(f"{name:<20}{label[:32]:<33}{answers[0]['stopped']}")
            continue
        seconds = " ".join(f"{one['seconds']:.2f}" for one in ended)
        least = " ".join(f"{100 * one['least']:.4f}" for one in ended)
        print(
            f"{name:<20}{label[:32]:<33}{seconds:>12}{least:>18}{100 * ended[0]['gini']:>8.2f}"
            f"{ended[0]['panels']:>8}{ended[0]['mib']:>6.0f}"
        )


def _small(count: int) -> dict[str, Any]:
    """Pools of the size of scholars programmes, ours alone."""
    seconds, exact, gap, unproven = [], 0, 0, 0
    for number in range(count):
        people, seats, categories = 40 + 40 * (number % 5), 8 + number % 3, 4 + number // 5 % 3
        answer = _call(
            [sys.executable, "-m", "bench.panels.ours", "warm"],
            generated(people, seats, categories, number),
            600,
        )
        seconds.append(answer.get("seconds", 600.0))
        exact += bool(answer.get("exact") and not answer["faults"])
        gap += bool(answer.get("gap"))
        unproven += "stopped" in answer
    return {
        "pools": count,
        "exact": exact,
        "gap": gap,
        "unproven": unproven,
        "slowest": round(max(seconds), 2),
        "median": round(sorted(seconds)[len(seconds) // 2], 2),
    }


def _bars(rows: list[dict[str, Any]], small: dict[str, Any]) -> list[dict[str, Any]]:
    found = []
    for row in rows:
        ended = [one for one in row["ours"] if "seconds" in one]
        # On one thread, processor seconds are what a quiet machine takes; a busy one adds waiting, told beside.
        slowest = max((one["cpu"] for one in ended), default=float("inf"))
        waited = max((one["seconds"] for one in ended), default=float("inf"))
        for bars, word in ((BARS, ""), (MOONSHOT, " (moonshot)")):
            if row["pool"] in bars:
                limit = bars[row["pool"]]
                what = f"{row['pool']} in {limit:g} s of one processor{word}"
                found.append(
                    {
                        "what": what,
                        "met": slowest <= limit,
                        "measured": f"{slowest:.2f} s of CPU, {waited:.2f} s by the clock",
                    }
                )
    proven = all(
        one.get("exact") and not one["faults"] for row in rows for one in row["ours"] if "seconds" in one
    )
    ended = all("seconds" in one for row in rows for one in row["ours"])
    same = all(len({one.get("answer") for one in row["ours"]}) == 1 for row in rows)
    public = all(
        abs(one["least"] - 0.1) < 1e-12 and abs(one["gini"]) < 1e-12
        for row in rows
        if row["pool"].startswith("alternate")
        for one in row["ours"]
    )
    found.append(
        {"what": "every pool exact and proven", "met": proven and ended, "measured": f"{len(rows)} pools"}
    )
    found.append({"what": "the same answer in every run", "met": same, "measured": f"{len(rows)} pools"})
    found.append({"what": "published least chance and Gini", "met": public, "measured": "10 %, 0 on both"})
    told = f"{small['exact']} of {small['pools']}"
    found.append({"what": "small pools exact", "met": small["exact"] == small["pools"], "measured": told})
    return found


def page(figures: dict[str, Any]) -> str:
    """The results as a page, with the growth as a picture beside it."""
    _picture(figures)
    lines = [
        "Leximin over panels that keep quotas. Ours: exact fractions, each step of the proof checked again. "
        f"sortition-algorithms 0.12.15 with Gurobi's free licence, stopped after {figures['cap_s']} s; maximin from "
        "825 people on, where that licence ends. Every run alone in a process on one thread; solvers loaded before.",
        "",
        "| pool (people/seats/categories/seed) | who | s | CPU s | least chance % | Gini % | panels | MiB |",
        "|---|---|--:|--:|--:|--:|--:|--:|",
    ]
    for row in figures["pools"]:
        for who, answers in (("ours", row["ours"]), (f"peer, {row['aim']}", row["theirs"])):
            ended = [one for one in answers if "seconds" in one]
            if ended:
                seconds = ", ".join(f"{one['seconds']:.2f}" for one in ended)
                least = ", ".join(f"{100 * one['least']:.4f}" for one in ended)
                rest = f"{100 * ended[0]['gini']:.2f} | {ended[0]['panels']} | {ended[0]['mib']:.0f}"
                cpu = ", ".join(f"{one['cpu']:.2f}" for one in ended)
                lines.append(f"| {row['pool']} | {who} | {seconds} | {cpu} | {least} | {rest} |")
            elif answers:
                lines.append(f"| {row['pool']} | {who} | {answers[0]['stopped']} | | | | | |")
    small = figures["small"]
    lines += [
        "",
        "![How times grow with the pool](panels.svg)",
        "",
        f"{small['pools']} pools of 40 to 200 people: {small['exact']} exact and proven, {small['gap']} of them where "
        f"whole panels fall short of fractional ones; median {small['median']} s, slowest {small['slowest']} s.",
        "",
        *(
            f"- {bar['what']}: {'met' if bar['met'] else 'missed'} ({bar['measured']})"
            for bar in figures["bars"]
        ),
    ]
    return "\n".join(lines)


def _picture(figures: dict[str, Any]) -> None:
    """Seconds by people, of the generated pools: the alternating ones are of another kind, and nearly for free."""
    lines: dict[str, list[tuple[float, float]]] = {}
    for row in figures["pools"]:
        if row["pool"].startswith("alternate"):
            continue
        for who, answers in (("ours, leximin", row["ours"]), (f"peer, {row['aim']}", row["theirs"])):
            ended = [one["seconds"] for one in answers if "seconds" in one]
            if ended:
                lines.setdefault(who, []).append((row["people"], median(ended)))
    growth(
        lines,
        title="Leximin over panels: seconds by the size of the pool",
        across="people",
        up="seconds",
        path=ROOT / "bench" / "results" / "panels.svg",
    )
