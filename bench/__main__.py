"""`python -m bench` lists the benchmarks, `python -m bench NAME [--quick]` runs one.

A benchmark is a module or folder of this package with `HELP`, `arguments(parser)` and `run(args) -> figures`. It prints
its table; this module adds machine and versions, and prints all of it as one JSON object on the last line.
One that also has `page(figures) -> markdown` can keep its results: `--record` writes them into `results/`.
"""

import argparse
import ast
import json
import os
import platform
import sys
from datetime import UTC, datetime
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


def names() -> dict[str, str]:
    """Every benchmark with its line of help, read without importing it."""
    found = {}
    for path in sorted([*HERE.glob("*.py"), *HERE.glob("*/__init__.py")]):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "HELP":
                name = path.parent.name if path.stem == "__init__" else path.stem
                found[name] = str(ast.literal_eval(node.value))
    return dict(sorted(found.items()))


def machine() -> dict[str, Any]:
    """Where this was measured."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d"),
        "cores": os.cpu_count(),
        "memory_gib": round(memory),
        "load": round(os.getloadavg()[0], 1),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release().split('-')[0]}",
        "tremplin": version("tremplin"),
        "django": version("django"),
        "database": "postgresql" if os.environ.get("TREMPLIN_DATABASE_URL") else "sqlite",
    }


def record(name: str, figures: dict[str, Any], page: str) -> None:
    """Keep results as figures and as a page, PostgreSQL's apart; of the machine, only what they depend on."""
    where = {key: value for key, value in machine().items() if key != "system"}
    said = (
        "{date}; {cores} cores, load {load}, {memory_gib} GiB; Python {python}, Django {django}, {database}"
    )
    folder = HERE / "results"
    folder.mkdir(exist_ok=True)
    content = json.dumps({"bench": name, **where, **figures}, indent=1, ensure_ascii=False)
    kept = f"{name}-postgresql" if where["database"] == "postgresql" else name
    (folder / f"{kept}.json").write_text(content + "\n", "utf-8")
    head = f"# {name.capitalize()}\n\n`python -m bench {' '.join(sys.argv[1:])}`, {said.format(**where)}.\n\n"
    (folder / f"{kept}.md").write_text(head + page + "\n", "utf-8")


def main() -> int:
    known = names()
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    if wanted not in known:
        print("python -m bench NAME [--quick]\n")
        for name, text in known.items():
            print(f"  {name:<18}{text}")
        return 0 if wanted in {"", "-h", "--help"} else 2
    module = import_module(f"bench.{wanted}")
    parser = argparse.ArgumentParser(prog=f"python -m bench {wanted}", description=module.__doc__)
    parser.add_argument("--quick", action="store_true", help="under a minute, coarser")
    module.arguments(parser)
    keeps = hasattr(module, "page")
    if keeps:
        parser.add_argument("--record", action="store_true", help="keep the results in bench/results")
    args = parser.parse_args(sys.argv[2:])
    figures = module.run(args)
    if keeps and args.record:
        record(wanted, figures, module.page(figures))
    print(json.dumps({"bench": wanted, **machine(), **figures}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
