"""Settings that nobody reads: a name that is misspelt changes nothing, and says nothing by itself."""

import os
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from pathlib import Path

from tremplin.cli.finding import Finding
from tremplin.web.config import Config

PREFIX = "TREMPLIN_"
BESIDES = frozenset(
    {
        "TREMPLIN_DEMO_DIR",
        "TREMPLIN_DEMO_DATABASE_URL",
        "TREMPLIN_CGROUP",
        "TREMPLIN_TOKEN",
        "TREMPLIN_TEST_WORKERS",
        "TREMPLIN_KILLS",
    }
)
"""Names that commands, scripts and the manual use beside the settings."""


def known() -> frozenset[str]:
    return frozenset(f"{PREFIX}{name.upper()}" for name in Config.model_fields) | BESIDES


def unknown_names() -> Iterator[Finding]:
    """A finding for each name that nothing reads, with the one that was perhaps meant. Values are never shown."""
    for where, names in (("the environment", os.environ), ("tremplin.env", _in_file())):
        for name in sorted({name for name in names if name.upper().startswith(PREFIX)}):
            if name.upper() in known():
                continue
            near = get_close_matches(name.upper(), known(), n=1, cutoff=0.6)
            meant = f"Did you mean {near[0]}? " if near else ""
            yield Finding(
                "Settings",
                "warn",
                f"{name} in {where} is no setting of Tremplin: nothing reads it.",
                f"{meant}Correct the name, or remove it. docs/administrators.md lists all settings.",
            )


def _in_file() -> Iterable[str]:
    try:
        lines = Path("tremplin.env").read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return []
    named = (line.strip().removeprefix("export ").partition("=")[0].strip() for line in lines if "=" in line)
    return [name for name in named if not name.startswith("#")]
