"""One solver on one instance, in a process of its own: `python job.py SOLVER FILE`. The last line is its figures.

Ours, the two rules that people apply by hand, and the peers, which are found on PYTHONPATH.
"""

import json
import resource
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

Made = dict[str, Any]
Found = tuple[
    Any, Any
]  # merits and their deviations, in standard deviations of merit; None where there are none


def ours(model: Any) -> Callable[[Made], Callable[[], Found]]:
    def ready(made: Made) -> Callable[[], Found]:
        from tremplin.methods.calibration import Read, calibrate

        reads = [
            Read(f"{i:06}", f"{j:04}", float(y))
            for i, j, y in zip(made["i"], made["j"], made["y"], strict=True)
        ]

        def solve() -> Found:
            rows = sorted(calibrate(reads, model=model, step=1.0).estimates, key=lambda row: row.applicant)
            return np.array([row.merit for row in rows]), np.array([row.merit_deviation for row in rows])

        return solve

    return ready


def rubric(made: Made) -> Callable[[], Found]:
    from bench.calibration.rubrics import Rule, solved, truth
    from bench.calibration.rubrics import made as invented

    told = invented(
        Rule(applicants=int(made["applicants"]), reviewers=int(made["reviewers"])), int(made["seed"])
    )
    made["merit"] = told.merit
    return lambda: truth(solved(told))


def mean(made: Made) -> Callable[[], Found]:
    return lambda: (np.bincount(made["i"], made["y"]) / np.bincount(made["i"]), None)


def standard(made: Made) -> Callable[[], Found]:
    def solve() -> Found:
        i, j, y = made["i"], made["j"], made["y"]
        count = np.maximum(np.bincount(j), 1)
        off = y - (np.bincount(j, y) / count)[j]
        wide = np.sqrt(np.bincount(j, off**2) / count)
        return np.bincount(i, off / np.maximum(wide[j], 0.1)) / np.bincount(i), None

    return solve


def mixed(made: Made) -> Callable[[], Found]:
    import pandas as pd
    import statsmodels.api as sm

    frame = pd.DataFrame({"y": made["y"], "i": made["i"], "j": made["j"], "all": 1})

    def solve() -> Found:
        parts = {"i": "0 + C(i)", "j": "0 + C(j)"}
        found = sm.MixedLM.from_formula(
            "y ~ 1", groups="all", vc_formula=parts, re_formula="0", data=frame
        ).fit()
        effects = found.random_effects[1]
        values = [effects[f"i[C(i)[{at}]]"] for at in range(len(made["merit"]))]
        return np.array(values) / np.sqrt(found.vcomp[0]), None

    return solve


def pairs(made: Made) -> Callable[[], Found]:
    from tremplin.methods.calibration import Comparison, compare

    rows = [
        Comparison(f"{a:06}", f"{b:06}", bool(equal))
        for a, b, equal in zip(made["better"], made["worse"], made["equal"], strict=True)
    ]
    names = [f"{at:06}" for at in range(len(made["merit"]))]

    def solve() -> Found:
        places = sorted(compare(rows, applicants=names).places, key=lambda row: row.applicant)
        return np.array([row.merit for row in places]), np.array([row.deviation for row in places])

    return solve


def _choix(name: str) -> Callable[[Made], Callable[[], Found]]:
    def ready(made: Made) -> Callable[[], Found]:
        import choix

        data = list(zip(made["better"].tolist(), made["worse"].tolist(), strict=True))
        many = len(made["merit"])

        def solve() -> Found:
            if name == "ep":
                found, covariance = choix.ep_pairwise(many, data, 1.0)
                spread = float(np.sqrt((found**2).mean() + np.diag(covariance).mean()))
                return found / spread, np.sqrt(np.diag(covariance)) / spread
            return choix.ilsr_pairwise(many, data, alpha=0.01), None

        return solve

    return ready


SOLVERS: dict[str, Callable[[Made], Callable[[], Found]]] = {
    "marks": ours("marks"), "habits": ours("habits"), "severity": ours("severity"), "rubric": rubric, "mean": mean,
    "standard": standard, "mixed": mixed, "pairs": pairs, "ep": _choix("ep"), "ilsr": _choix("ilsr"),
}  # fmt: skip


def main() -> None:
    made = dict(np.load(sys.argv[2]))
    solve = SOLVERS[sys.argv[1]](made)
    from scipy.stats import kendalltau

    began, worked = time.perf_counter(), time.process_time()
    merits, deviations = solve()
    wall, cpu = time.perf_counter() - began, time.process_time() - worked
    covered = None
    if deviations is not None:
        covered = float(np.mean(np.abs(merits - made["merit"]) < 1.6448536 * deviations))
    best = np.argsort(-merits, kind="stable")[:10]
    figures = {
        "wall_s": round(wall, 3), "cpu_s": round(cpu, 3), "tau": round(float(kendalltau(merits, made["merit"])[0]), 4),
        "covered": covered and round(covered, 4), "top_ten": round(float(made["merit"][best].mean()), 2),
        "memory_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }  # fmt: skip
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
