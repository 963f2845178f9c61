"""Commands on spreadsheets need no installation: no framework, no settings, no data folder."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.sheets.tables import put
from tremplin.cli import main as entry

WITHOUT = entry.COMMANDS[entry.COMMANDS.index("manage") + 1 :]
"""Commands that need no installation: those on spreadsheets, and labs on a scholar's machine."""


@pytest.mark.parametrize("name", WITHOUT)
def test_help_is_light_and_says_that_names_are_not_needed(name: str) -> None:
    code = (
        f"import sys; from tremplin.cli.main import main\ntry: main([{name!r}, '--help'])\nexcept SystemExit: pass\n"
        "print([name for name in ('django', 'numpy', 'python_calamine', 'scipy') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.strip().endswith("[]"), done.stdout
    assert name in {"verify", "labs"} or "Names of people are never needed" in " ".join(done.stdout.split())


def test_a_draw_touches_no_framework_and_no_data_folder(tmp_path: Path) -> None:
    put(tmp_path, "code\nabcd1\nabcd2\n", "list.csv")
    words = ["draw", "list.csv", "--places", "1", "--yes", "--public", "a number of this day=42"]
    code = f"import sys; from tremplin.cli.main import main\nprint(main({words!r}), 'django' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.stdout.strip().endswith("0 False"), done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "list-draw.csv",
        "list-draw.html",
        "list-draw.json",
        "list.csv",
    ]
