"""Files that a command writes: all or none, whole, and over nothing that was there."""

import csv
import io
import json
import os
import secrets
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from tremplin.cli.sheets.faults import Wrong
from tremplin.cli.sheets.words import listed
from tremplin.core.cells import MARK, safe_cell

PUBLIC = 0o644
PRIVATE = 0o600


@dataclass(frozen=True, slots=True)
class File:
    """One file to write. `what` says what it is for."""

    path: Path
    what: str
    content: bytes
    mode: int = PRIVATE


@dataclass(slots=True)
class Outputs:
    """The files of one command, beside its input or in `folder`, named after it."""

    stem: str
    folder: Path
    force: bool = False
    inputs: Sequence[Path] = ()
    files: list[File] = field(default_factory=list)

    def path(self, ending: str) -> Path:
        return self.folder / f"{self.stem}-{ending}"

    def require_free(self, endings: Iterable[str]) -> None:
        """Raise Wrong, before the work begins, for files that are there already or a folder that takes none."""
        self._require_free([self.path(ending) for ending in endings])

    def _require_free(self, paths: Sequence[Path]) -> None:
        self._require_folder()
        self._require_not_inputs(paths)
        there = [path.name for path in paths if path.exists()]
        if there and not self.force:
            raise Wrong(
                f"{listed(there)} {'is' if len(there) == 1 else 'are'} there already{_in(self.folder)}.",
                "Nothing is overwritten: move them away, write elsewhere with --output FOLDER, or replace them with "
                "--force.",
            )

    def _require_folder(self) -> None:
        if not self.folder.is_dir():
            raise Wrong(
                f"There is no folder {self.folder}.", "Make it first, or choose another with --output FOLDER."
            )
        if not os.access(self.folder, os.W_OK | os.X_OK):
            raise Wrong(
                f"Nothing can be written in {self.folder}: this account may only read there.",
                "Choose another folder with --output FOLDER.",
            )

    def _require_not_inputs(self, paths: Sequence[Path]) -> None:
        """An input is never replaced, whatever was asked."""
        for path in paths:
            if any(path.exists() and path.samefile(one) for one in self.inputs if one.exists()):
                raise Wrong(f"{path.name} would replace the file that is read.", "Choose --output FOLDER.")

    def add(self, ending: str, what: str, content: str | bytes, *, public: bool = False) -> None:
        data = content.encode() if isinstance(content, str) else content
        self.files.append(File(self.path(ending), what, data, PUBLIC if public else PRIVATE))

    def write(self) -> None:
        """Write every file beside its place first, then move all there: a break in between leaves no half file."""
        self._require_free([file.path for file in self.files])
        waiting: list[tuple[Path, File]] = []
        try:
            for file in self.files:
                aside = file.path.with_name(f".{file.path.name}.{secrets.token_hex(4)}")
                waiting.append((aside, file))
                _write(aside, file)
            for aside, file in waiting:
                self._move(aside, file.path)
        except (PermissionError, FileNotFoundError) as error:
            raise Wrong(
                f"Nothing can be written in {self.folder}.", "Choose another folder with --output FOLDER."
            ) from error
        finally:
            for aside, _file in waiting:
                aside.unlink(missing_ok=True)

    def _move(self, aside: Path, path: Path) -> None:
        if self.force:
            aside.replace(path)
            return
        try:
            os.link(aside, path)  # fails where somebody was quicker, which a rename would not
        except FileExistsError:
            raise Wrong(f"{path} has come to be meanwhile.", "Nothing was overwritten. Try again.") from None
        except OSError:  # a disk without links, as some sticks are
            if path.exists():
                raise Wrong(
                    f"{path} has come to be meanwhile.", "Nothing was overwritten. Try again."
                ) from None
            aside.replace(path)

    def write_one(self, path: Path, content: str) -> None:
        """A single private file of this very name, where there is none."""
        self.files.append(File(path, "", content.encode()))
        self.write()

    def told(self, *, dry: bool) -> list[str]:
        """What was written, or would be, one line a file."""
        wide = max((len(file.path.name) for file in self.files), default=0)
        where = _in(self.folder)
        head = f"Dry run: nothing was written. It would be{where}:" if dry else f"Written{where}:"
        return [head, *(f"  {file.path.name:<{wide}}  {file.what}" for file in self.files)]


def _in(folder: Path) -> str:
    """“, in FOLDER”; nothing for the folder in which the person stands."""
    return "" if folder == Path() else f", in {folder}"


def _write(path: Path, file: File) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, file.mode)
    with os.fdopen(handle, "wb") as out:
        with suppress(OSError):  # some disks know no modes
            os.fchmod(out.fileno(), file.mode)
        out.write(file.content)
        out.flush()
        os.fsync(out.fileno())


def as_csv(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """CSV that Excel, LibreOffice and programs read alike: UTF-8 with its mark, and no text that runs as a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([safe_cell(heading) for heading in headings])
    writer.writerows([_cell(value) for value in row] for row in rows)
    return MARK + out.getvalue()


def _cell(value: object) -> object:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Fraction):
        return float(value)
    if isinstance(value, float):
        return f"{value:.10g}"
    return safe_cell(value) if isinstance(value, str) else value


def as_json(content: Mapping[str, Any]) -> str:
    """JSON for programs: in the order given, readable, and the same bytes for the same content."""
    return json.dumps(content, ensure_ascii=False, indent=1, default=_plain) + "\n"


def _plain(value: object) -> object:
    if isinstance(value, Fraction):
        return float(value)
    if isinstance(value, frozenset | set):
        return sorted(value)
    if hasattr(value, "tolist"):
        return value.tolist()
    raise TypeError(f"{type(value).__name__} has no form in JSON")
