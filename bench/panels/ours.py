"""A process of its own: reads one pool from its input, solves it with Tremplin, prints what came of it."""

import json
import resource
import sys
import time
from typing import Any

from tremplin.methods.selection.panels import PanelLottery, Quota, over_panels, pool_of


def solve(instance: dict[str, Any], aim: Any) -> PanelLottery:
    quotas = [Quota(*limit) for limit in instance["limits"]]
    return over_panels(pool_of(instance["people"], quotas, instance["seats"]), aim)


def main() -> None:
    instance = json.load(sys.stdin)
    if sys.argv[1:]:
        solve({"people": {"a": {}, "b": {}}, "limits": [], "seats": 1}, "leximin")  # solvers are loaded
    began, worked = time.perf_counter(), time.process_time()
    found = solve(instance, "leximin")
    seconds, cpu = time.perf_counter() - began, time.process_time() - worked
    chances = sorted(found.chances().values())
    print(
        json.dumps(
            {
                "seconds": seconds,
                "cpu": cpu,
                "least": float(chances[0]),
                "gini": found.gini(),
                "panels": len(found.panels),
                "exact": found.exact,
                "gap": found.gap_of_whole,
                "groups": len(found.pool.groups),
                "levels": len(set(chances)),
                "faults": list(found.faults()),
                "answer": hash((found.panels, found.weights)),
                "mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            }
        )
    )


if __name__ == "__main__":
    main()
