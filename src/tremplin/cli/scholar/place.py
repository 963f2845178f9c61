"""Which lab is meant, which file holds the code, and the little that is remembered beside it."""

from __future__ import annotations

import contextlib
import difflib
import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tremplin import curriculum
from tremplin.cli.scholar.words import Tongue
from tremplin.cli.sheets.faults import Wrong
from tremplin.grader import Lab, notebook, read_lab

SHIPPED = Path(curriculum.__file__).parent / "labs"
MEMORY = ".tremplin-lab.json"
FILES = ("lab.py", "lab.ipynb")


@dataclass
class Memory:
    """What is kept beside a lab's file: which lab it is, and how often each check has failed."""

    lab: str
    failures: dict[str, int] = field(default_factory=dict)
    best: float | None = None
    last: str = ""
    """The digest of the code that was counted last, so that looking twice is no second try."""


@dataclass(frozen=True)
class Place:
    """A lab, the file that is meant, and where it is remembered."""

    lab: Lab
    file: Path
    notice: str = ""


@dataclass(frozen=True)
class Work:
    """What was read: Python, and what had to be left out of a notebook."""

    code: str
    left_out: tuple[str, ...] = ()


def shipped() -> tuple[str, ...]:
    return tuple(sorted(path.parent.name for path in SHIPPED.glob("*/lab.toml")))


def lab_of(code: str, tongue: Tongue) -> Lab:
    """The lab of that code alone: reading all of them would cost the time that checking takes."""
    if code not in shipped():
        close = difflib.get_close_matches(code, shipped(), 1)
        raise Wrong(
            tongue("no-lab", lab=code),
            tongue("no-lab-remedy", like=tongue("like", lab=close[0]) if close else "").rstrip(),
        )
    return read_lab(SHIPPED / code)


def find(given: str, lab: str, tongue: Tongue) -> Place:
    """What `check softmax`, `check my.py --lab softmax` or `check` alone mean. Raises Wrong."""
    target = Path(given or ".")
    if target.is_dir():
        return _in_folder(target, lab, tongue)
    if not target.is_file():
        if (given in shipped() or lab) and target.suffix not in {".py", notebook.SUFFIX}:
            raise tongue.wrong("not-here", folder=target)
        raise tongue.wrong("no-file", file=target, lab=lab or "LAB")
    code = lab or _remembered(target.parent, tongue) or (target.stem if target.stem in shipped() else "")
    if not code:
        raise tongue.wrong("which-lab", file=target)
    return Place(lab_of(code, tongue), target)


def _in_folder(folder: Path, lab: str, tongue: Tongue) -> Place:
    code = lab or _remembered(folder, tongue)
    if not code:
        raise tongue.wrong("not-here", folder=folder.resolve())
    there = [folder / name for name in FILES if (folder / name).is_file()]
    if not there:
        raise tongue.wrong("no-file", file=folder / FILES[0], lab=code)
    latest, *others = sorted(there, key=lambda path: path.stat().st_mtime, reverse=True)
    notice = tongue("both-files", file=latest, other=others[0]) if others else ""
    return Place(lab_of(code, tongue), latest, notice)


def _remembered(folder: Path, tongue: Tongue) -> str:
    kept = memory(folder, tongue)
    return kept.lab if kept else ""


def read(place: Place, tongue: Tongue) -> Work:
    """The Python of a file or a notebook. Raises Wrong."""
    limit = (
        notebook.MOST_BYTES if place.file.suffix == notebook.SUFFIX else place.lab.limits.submission_kb << 10
    )
    if place.file.stat().st_size > limit:
        raise tongue.wrong("large", file=place.file, most=limit >> 10)
    content = place.file.read_bytes()
    if place.file.suffix == notebook.SUFFIX:
        try:
            found = notebook.read(content)
        except notebook.BadNotebook as bad:
            raise Wrong(tongue.text(bad.text), tongue("notebook-remedy", file=place.file)) from None
        return Work(found.code, tuple(tongue.text(text) for text in found.left_out))
    try:
        code = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise tongue.wrong("not-text", file=place.file) from None
    if "\0" in code:
        raise tongue.wrong("not-text", file=place.file)
    if not code.strip():
        raise tongue.wrong("empty", file=place.file)
    return Work(code)


def memory(folder: Path, tongue: Tongue) -> Memory | None:
    """What is remembered in a folder; None where no lab was begun. Raises Wrong."""
    path = folder / MEMORY
    try:
        data = json.loads(path.read_text("utf-8"))
        return Memory(
            str(data["lab"]),
            {str(k): int(v) for k, v in data["failures"].items()},
            data["best"],
            data["last"],
        )
    except FileNotFoundError:
        return None
    except (ValueError, TypeError, KeyError, AttributeError):
        raise Wrong(tongue("damaged", file=path)) from None


def remember(folder: Path, kept: Memory) -> None:
    """Keep it; a folder that cannot be written costs the memory and nothing else."""
    with contextlib.suppress(OSError):
        write_whole(folder / MEMORY, vars(kept))


def digest(code: str) -> str:
    return hashlib.sha256(code.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def write_whole(path: Path, data: Mapping[str, Any]) -> None:
    """A file that is there as it was or as it is to be, and never in between."""
    beside = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        with beside.open("w", encoding="utf-8") as out:
            json.dump(data, out, ensure_ascii=False, indent=1)
            out.flush()
            os.fsync(out.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
