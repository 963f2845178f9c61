"""`tremplin doctor`: is this installation sound, and what to mend."""

import argparse
import json
import platform
import sys
from dataclasses import asdict
from importlib import import_module

from tremplin import __version__
from tremplin.cli import faults
from tremplin.cli.finding import Finding
from tremplin.cli.lazy import setup
from tremplin.cli.names import unknown_names

HELP = "Check the installation and say how to mend what is wrong"
OLDEST_PYTHON = (3, 11)


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="for programs: one JSON object")


def run(args: argparse.Namespace) -> int:
    """Print every finding; 1 if one of them is a failure. Goes as far as it can when settings are broken."""
    findings = [_python(), *unknown_names(), *_everything_else()]
    failed = sum(finding.state == "fail" for finding in findings)
    if args.json:
        print(
            json.dumps(
                {"tremplin": __version__, "findings": [asdict(finding) for finding in findings]}, indent=1
            )
        )
        return 1 if failed else 0
    for finding in findings:
        print(finding.line())
    warned = sum(finding.state == "warn" for finding in findings)
    print(f"\n{failed} to mend, {warned} to look at, {len(findings) - failed - warned} in order.")
    return 1 if failed else 0


def _python() -> Finding:
    if sys.version_info < OLDEST_PYTHON:
        return Finding("Python", "fail", platform.python_version(), "Install Python 3.11 or newer.")
    return Finding("Python", "ok", f"{platform.python_version()} on {platform.system()}")


def _everything_else() -> list[Finding]:
    try:
        setup()
        examine = import_module("tremplin.cli.deeds.examination").examine
    except Exception as error:
        fault = faults.explain(error)
        detail = fault.message if fault else f"{type(error).__name__}: {error}"
        return [Finding("Settings", "fail", detail, fault.remedy if fault else "Reinstall Tremplin.")]
    return list(examine())
