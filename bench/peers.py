"""Other people's software, installed apart from ours, for runs side by side."""

import subprocess
import sys
from pathlib import Path

HOME = Path(__file__).parent.parent / ".cache" / "bench"


def install(name: str, *packages: str) -> Path | None:
    """A folder with `packages` in it, made on the first use; None if they cannot be had here."""
    folder = HOME / name
    mark = folder / ".complete"
    if mark.exists() and mark.read_text() == " ".join(packages):
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    done = subprocess.run([*command, "--upgrade", "--target", str(folder), *packages], check=False)
    if done.returncode:
        return None
    mark.write_text(" ".join(packages))
    return folder
