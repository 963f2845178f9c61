"""The bars for what the tests reach: 95 % of all branches, and each one where a fault would cost most.

Reads what `coverage json` wrote to the standard output; exit status 1 below a bar.
"""

import json
import sys
from fnmatch import fnmatch
from typing import Any

OVERALL = 95.0
WHOLE = {
    "permissions": ("*/web/access.py", "*/web/guard.py", "*/web/middleware.py", "*/programmes/roles.py"),
    "selection": ("*/selection/services/*", "*/selection/*rules.py"),
    "money": ("*/stipends/services/*", "*/stipends/rules.py"),
    "jobs": ("*/core/jobs/*",),
}


def main() -> int:
    report = json.load(sys.stdin)
    totals = report["totals"]
    overall = 100 * totals["covered_branches"] / totals["num_branches"]
    low = overall < OVERALL
    print(f"\nbranches overall  {overall:5.1f} %   bar {OVERALL:.0f} %{'   too low' if low else ''}")
    for name, patterns in WHOLE.items():
        files = {path: file for path, file in report["files"].items() if _is_of(path, patterns)}
        gaps = [gap for path, file in sorted(files.items()) for gap in _gaps(path, file)]
        low = low or bool(gaps) or not files
        print(f"{name:<17} {'100.0 %' if not gaps else 'gaps:'}   {len(files)} files")
        print("".join(f"    {gap}\n" for gap in gaps), end="")
    return int(low)


def _is_of(path: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatch(path, pattern) for pattern in patterns)


def _gaps(path: str, file: dict[str, Any]) -> list[str]:
    """Each line and each branch of a file that no test comes through."""
    lines = [f"{path}:{line}" for line in file["missing_lines"]]
    missing = set(file["missing_lines"])
    return lines + [
        f"{path}:{begin} → {end}" for begin, end in file["missing_branches"] if begin not in missing
    ]


if __name__ == "__main__":
    sys.exit(main())
