"""Reads notebooks as the plain Python that they hold, and writes a lab's file as one. Nothing is ever run here.

What counts of a notebook is the code of its cells, from top to bottom, as it stands: not the order in which they
were run, not what they printed. Lines that are for the notebook and not for Python (`%matplotlib`, `!pip`) are left
out, and each is named. Notebooks come from anywhere: what is read is taken for text and never parsed as Python.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tremplin.grader.text import Text, both, fill

MOST_BYTES = 8 << 20
MOST_CELLS = 2000
SUFFIX = ".ipynb"

_MARK = "# %% cell {number}"
_MARKED = re.compile(r"# %% cell (\d+)")
_PERCENT = re.compile(r"^# %%(?P<rest>.*)$")
# Before Python that runs as it is without them. After any other, the cell is not Python.
_AROUND_PYTHON = frozenset({"time", "timeit", "capture", "prun", "python", "python3"})
_ASSIGNED = re.compile(r"\s*[\w.,\s]+=\s*[!%]")

_WORDS: dict[str, Text] = {
    "not-json": both(
        "This file is called a notebook, but it is not one: it may have been cut off. Save it again in your "
        "notebook program, or hand in a .py file.",
        "Ce fichier porte le nom d’un notebook, mais n’en est pas un : il a pu être tronqué. Enregistrez-le à "
        "nouveau dans votre logiciel de notebooks, ou rendez un fichier .py.",
    ),
    "old": both(
        "This notebook is kept in an old form. Open it in a notebook program of today and save it again.",
        "Ce notebook est enregistré dans un ancien format. Ouvrez-le dans un logiciel récent et "
        "enregistrez-le à nouveau.",
    ),
    "large": both(
        "This notebook is larger than {most} MB. Clear all outputs, save it, and try again.",
        "Ce notebook dépasse {most} Mo. Effacez toutes les sorties, enregistrez-le, puis réessayez.",
    ),
    "no-code": both(
        "There is no code in this notebook: all its cells are text, or empty.",
        "Ce notebook ne contient pas de code : toutes ses cellules sont du texte ou sont vides.",
    ),
    "cell": both(
        "Cell {cell} cannot be read as text. Type it anew, or hand in a .py file.",
        "La cellule {cell} ne peut pas être lue comme du texte. Retapez-la, ou rendez un fichier .py.",
    ),
    "other-language": both(
        "This notebook is written in {language}. Labs are in Python.",
        "Ce notebook est écrit en {language}. Les TP sont en Python.",
    ),
    "assigned": both(
        "Cell {cell}, line {line}: the value comes from the notebook or the shell ({what}), and the grader has "
        "neither. Write it in Python.",
        "Cellule {cell}, ligne {line} : la valeur vient du notebook ou de l’interpréteur de commandes ({what}), "
        "et le correcteur n’a ni l’un ni l’autre. Écrivez-la en Python.",
    ),
    "left-line": both(
        "Cell {cell}, line {line}: left out “{what}”, which is for the notebook and not Python.",
        "Cellule {cell}, ligne {line} : « {what} » est laissé de côté, car c’est pour le notebook et non du Python.",
    ),
    "left-cell": both(
        "Cell {cell} is left out: “{what}” says that it is not Python.",
        "La cellule {cell} est laissée de côté : « {what} » dit que ce n’est pas du Python.",
    ),
}


class BadNotebook(ValueError):
    """The notebook cannot be read. `text` says why and what to do, in both languages."""

    def __init__(self, code: str, **values: Any) -> None:
        self.text = fill(_WORDS[code], **values)
        super().__init__(self.text["en"])


@dataclass(frozen=True, slots=True)
class Reading:
    """The code of a notebook, each cell below a line with its number, and what was left out of it."""

    code: str
    left_out: tuple[Text, ...] = ()


def read(content: bytes | str) -> Reading:
    """The Python of a notebook. Raises BadNotebook."""
    parts: list[str] = []
    left_out: list[Text] = []
    for number, source in enumerate(_code_cells(_loaded(content)), 1):
        if source is None:
            continue
        code = _Cell(number, source).python(left_out)
        if code.strip():
            parts += [_MARK.format(number=number), code.rstrip("\n")]
    if not parts:
        raise BadNotebook("no-code")
    return Reading("\n".join(parts) + "\n", tuple(left_out))


def place(code: str, line: int) -> tuple[int, int] | None:
    """The cell, and the line in it, that a line of `Reading.code` came from; None for code from elsewhere."""
    lines = code.split("\n")[: max(0, line)]
    for back, text in enumerate(reversed(lines)):
        found = _MARKED.fullmatch(text)
        if found:
            return int(found.group(1)), max(1, back)
    return None


def write(source: str) -> str:
    """A notebook with the percent cells of a lab's file: `# %% [markdown]` becomes text, the rest code."""
    cells = [_cell(index, kind, text) for index, (kind, text) in enumerate(_percent_cells(source), 1)]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    made = {
        "cells": cells,
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(made, ensure_ascii=False, indent=1) + "\n"


def _loaded(content: bytes | str) -> dict[str, Any]:
    if len(content) > MOST_BYTES:
        raise BadNotebook("large", most=MOST_BYTES >> 20)
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        raise BadNotebook("not-json") from None
    if not isinstance(found, dict) or not isinstance(found.get("nbformat"), int):
        raise BadNotebook("not-json")
    if found["nbformat"] < 4:
        raise BadNotebook("old")
    language = _language(found)
    if language.lower() not in {"", "python", "ipython", "python3"}:
        raise BadNotebook("other-language", language=language[:40])
    return found


def _language(found: dict[str, Any]) -> str:
    said: Any = found
    for key in ("metadata", "language_info", "name"):
        said = said.get(key) if isinstance(said, dict) else None
    return "".join(c for c in said if c.isprintable()) if isinstance(said, str) else ""


def _code_cells(found: dict[str, Any]) -> Iterator[str | None]:
    """Each cell's source, None for one that is no code: cells are counted as the reader sees them."""
    cells = found.get("cells")
    if not isinstance(cells, list) or len(cells) > MOST_CELLS:
        raise BadNotebook("not-json")
    for number, cell in enumerate(cells, 1):
        if not isinstance(cell, dict):
            raise BadNotebook("cell", cell=number)
        yield _source(cell, number) if cell.get("cell_type") == "code" else None


def _source(cell: dict[str, Any], number: int) -> str:
    source = cell.get("source", "")
    if isinstance(source, list) and all(isinstance(part, str) for part in source):
        source = "".join(source)
    if not isinstance(source, str) or "\0" in source or any("\ud800" <= sign <= "\udfff" for sign in source):
        raise BadNotebook("cell", cell=number)
    return source.replace("\r\n", "\n").replace("\r", "\n")


class _Cell:
    """One code cell on its way to Python."""

    def __init__(self, number: int, source: str) -> None:
        self.number = number
        self.lines = source.split("\n")

    def python(self, left_out: list[Text]) -> str:
        """The cell without what is not Python; what went is told in `left_out`. Lines keep their numbers."""
        magic = next((line.strip() for line in self.lines if line.strip()), "")
        if magic.startswith("%%") and _name(magic) not in _AROUND_PYTHON:
            left_out.append(fill(_WORDS["left-cell"], cell=self.number, what=magic[:60]))
            return ""
        kept = list(self.lines)
        for index in _beginnings(self.lines):
            line = self.lines[index]
            if _ASSIGNED.match(line):
                what = line.split("=", 1)[1].strip()[:60]
                raise BadNotebook("assigned", cell=self.number, line=index + 1, what=what)
            if _is_for_the_notebook(line):
                indent = line[: len(line) - len(line.lstrip())]
                kept[index] = f"{indent}pass  # {line.strip()}"
                told = {"cell": self.number, "line": index + 1, "what": line.strip()[:60]}
                left_out.append(fill(_WORDS["left-line"], **told))
        return "\n".join(kept)


def _name(magic: str) -> str:
    return magic.lstrip("%").split(maxsplit=1)[0] if magic.lstrip("%").strip() else ""


def _is_for_the_notebook(line: str) -> bool:
    """A magic, a shell line or a question: none of them can begin or end a statement of Python."""
    text = line.strip()
    return text.startswith(("%", "!", "?")) or (text.endswith("?") and "#" not in text)


_TOKEN = re.compile(r"\\.|'''|\"\"\"|['\"#\n()\[\]{}]", re.DOTALL)


def _beginnings(lines: list[str]) -> list[int]:
    """The lines at which a statement may begin: not within a text, a bracket, or after a backslash."""
    source = "\n".join(lines)
    found, quote, depth, line = [0], "", 0, 0
    position = 0
    while match := _TOKEN.search(source, position):
        sign, position = match.group(), match.end()
        if sign == "\\\n" or sign == "\n":
            line += 1
            if sign == "\n":
                quote = "" if len(quote) == 1 else quote  # a text in single quotes ends with its line
                found += [line] if not quote and not depth else []
        elif quote:
            quote = "" if sign == quote else quote
            if len(quote) == 1 and sign == quote * 3:
                quote = ""
        elif sign[0] in "'\"":
            quote = sign
        elif sign == "#":
            end = source.find("\n", position)
            position = len(source) if end < 0 else end
        elif sign in "([{":
            depth += 1
        elif sign in ")]}":
            depth = max(0, depth - 1)
    return found


def _percent_cells(source: str) -> Iterator[tuple[str, str]]:
    """(kind, text) for each cell; what stands above the first mark is code of its own."""
    kind, lines = "code", list[str]()
    for line in source.split("\n"):
        mark = _PERCENT.match(line)
        if mark is None:
            lines.append(line)
            continue
        if any(text.strip() for text in lines):
            yield kind, _tidy(kind, lines)
        rest = mark["rest"].strip()
        kind = "markdown" if "[markdown]" in rest else "code"
        title = rest.replace("[markdown]", "").strip()
        lines = [f"# {title}"] if title and not title.startswith("[") else []
    if any(text.strip() for text in lines):
        yield kind, _tidy(kind, lines)


def _tidy(kind: str, lines: list[str]) -> str:
    if kind == "markdown":
        lines = [line.removeprefix("#").removeprefix(" ") for line in lines]
    return "\n".join(lines).strip("\n")


def _cell(index: int, kind: str, text: str) -> dict[str, Any]:
    lines = text.splitlines(keepends=True)
    common: dict[str, Any] = {"cell_type": kind, "id": f"cell-{index}", "metadata": {}, "source": lines}
    return common | ({"execution_count": None, "outputs": []} if kind == "code" else {})
