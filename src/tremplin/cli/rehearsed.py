"""Where rehearsals live: each in a folder and a database of its own, so that none can touch a real person.

Works without Django, because it decides which folder the settings are about to read.
"""

import fcntl
import json
import os
import re
import shutil
import sqlite3
import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from tremplin.core.errors import Conflict, Invalid
from tremplin.web.config import REHEARSAL_MARK, Config

FOLDER = "rehearsals"
IN_USE = "in-use.lock"
_SAFE = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """One rehearsal on the disk. `facts` is what its mark says; empty when it was broken off."""

    path: Path
    facts: dict[str, object]

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def size(self) -> int:
        return sum(file.stat().st_size for file in self.path.rglob("*") if file.is_file())

    def line(self) -> str:
        """One line for a list."""
        size = f"{self.size / 1e6:.0f} MB"
        if not self.facts:
            return f"{self.name:<40} broken off, {_people(self.path)} people, {size}"
        facts = self.facts
        return (
            f"{self.name:<40} {facts['applicants']} applicants, {facts['people']} people, until {facts['until']}, "
            f"made {facts['made']}, {size}"
        )


def place() -> Path:
    """The folder that holds all rehearsals of this installation."""
    return Config().home / FOLDER


def everyone() -> list[Rehearsed]:
    """All rehearsals, by name: folders that bear the mark, and nothing else."""
    folder = place()
    if not folder.is_dir():
        return []
    return [Rehearsed(path, _facts(path)) for path in sorted(folder.iterdir()) if is_ours(path)]


def is_ours(path: Path) -> bool:
    """Whether this is a rehearsal's own folder: no link, and with the mark that only a rehearsal writes."""
    return path.is_dir() and not path.is_symlink() and (path / REHEARSAL_MARK).is_file()


def free_name(programme: str, seed: int) -> str:
    """A name that no earlier rehearsal has."""
    stem = _SAFE.sub("-", Path(programme).stem.lower()).strip("-") or "programme"
    name = first = f"{stem}-seed-{seed}"
    number = 1
    while (place() / name).exists():
        number += 1
        name = f"{first}-{number}"
    return name


def move_into(name: str) -> Path:
    """From here on every setting is about the rehearsal `name`: its folder, a database of its own, no mail server."""
    folder = place() / name
    os.environ["TREMPLIN_DATA_DIR"] = str(folder)
    os.environ["TREMPLIN_DATABASE_URL"] = os.environ["TREMPLIN_SMTP_URL"] = ""
    os.environ["TREMPLIN_MAIL"] = "file"
    return folder


def mark(folder: Path, **facts: object) -> None:
    """Make the folder a rehearsal's own, before anything is in it; with facts once it is played."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    (folder / REHEARSAL_MARK).write_text(json.dumps(facts, indent=1) + "\n", "utf-8")


def find(names: Sequence[str]) -> list[Rehearsed]:
    """The rehearsals of these names, or of these programmes; all without a name. Raises Invalid for an unknown one."""
    known = everyone()
    if not names:
        return known
    found: list[Rehearsed] = []
    for name in names:
        stem = Path(name).stem
        some = [one for one in known if one.name in {name, stem} or one.name.startswith(f"{stem}-seed-")]
        if not some:
            there = ", ".join(one.name for one in known) or "none"
            raise Invalid({"programme": [f"There is no rehearsal “{name}”. Kept are: {there}."]})
        found.extend(one for one in some if one not in found)
    return found


def one(name: str) -> Rehearsed:
    """The rehearsal of this name. Raises Invalid unless there is exactly one."""
    found = find([name])
    if len(found) != 1:
        names = ", ".join(each.name for each in found)
        raise Invalid({"programme": [f"Several rehearsals fit “{name}”: {names}. Name one."]})
    return found[0]


def clean(names: Sequence[str], *, dry: bool, sure: bool) -> int:
    """Remove rehearsals with their people, files and keys, after saying which. Nothing else is ever touched."""
    found = find(names)
    if not found:
        print(f"No rehearsal is kept in {place()}.")
        return 0
    for one in found:
        print(one.line())
    if dry:
        print("Nothing was removed: this was a dry run.")
        return 0
    if not sure and not _confirmed(len(found)):
        print("Nothing was removed.")
        return 1
    for one in found:
        _remove(one.path)
    print(f"Removed {len(found)} rehearsal{'' if len(found) == 1 else 's'}, with people, files and keys.")
    return 0


def tell() -> int:
    """List what is kept."""
    found = everyone()
    for one in found:
        print(one.line())
    print(f"{len(found)} rehearsal{'' if len(found) == 1 else 's'} in {place()}.", file=sys.stderr)
    return 0


def _confirmed(many: int) -> bool:
    if not sys.stdin.isatty():
        raise Conflict(
            "Removing asks for a word, and there is nobody to give it.", "Add --yes to remove them without."
        )
    print(f"Remove {'it' if many == 1 else f'these {many}'} for good? Type yes: ", end="", flush=True)
    return sys.stdin.readline().strip().lower() == "yes"


def _remove(path: Path) -> None:
    """Remove one folder, looked at once more just before. Raises Conflict when it is not ours or in use."""
    if not is_ours(path) or path.parent != place():
        raise Conflict(f"{path} is not a rehearsal, so it was not removed.")
    with (path / IN_USE).open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Conflict(
                f"The rehearsal {path.name} is being played or served.", "Stop it first, then clean again."
            ) from None
        shutil.rmtree(path)


def _facts(path: Path) -> dict[str, object]:
    try:
        found = json.loads((path / REHEARSAL_MARK).read_text("utf-8") or "{}")
    except ValueError:
        return {}
    wanted = {"applicants", "people", "until", "made"}
    return found if isinstance(found, dict) and wanted <= set(found) else {}


def _people(path: Path) -> int:
    """How many accounts a rehearsal that was broken off had come to."""
    file = path / "tremplin.db"
    if not file.exists():
        return 0
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as database:
            return int(database.execute("SELECT count(*) FROM people_user").fetchone()[0])
    except sqlite3.Error:
        return 0
