"""`tremplin labs list` and `start`: which labs there are, and the files to begin one with. Nothing is overwritten."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

from tremplin.cli.scholar import place
from tremplin.cli.scholar.place import Memory
from tremplin.cli.scholar.words import Tongue
from tremplin.curriculum import loader
from tremplin.grader import Lab, notebook


def show(args: argparse.Namespace) -> int:
    """Every lab by its week, with how far one has come in this folder."""
    tongue = Tongue(args.lang)
    labs = [lab for lab in loader.labs() if args.week in (None, lab.week)]
    kept = {lab.code: place.memory(Path(lab.code), tongue) for lab in labs}
    if args.json:
        print(json.dumps([_as_data(lab, kept[lab.code]) for lab in labs], ensure_ascii=False, indent=1))
        return 0
    for line in _lines(labs, kept, tongue):
        print(line)
    return 0


def _lines(labs: list[Lab], kept: dict[str, Memory | None], tongue: Tongue) -> Iterator[str]:
    week = 0
    width = max((len(lab.code) for lab in labs), default=0)
    for lab in labs:
        if lab.week != week:
            week = lab.week
            yield f"\n{tongue('week', week=week)}"
        minutes = tongue("minutes", minutes=lab.minutes)
        yield f"  {lab.code:<{width}}  {minutes:>8}  {tongue.text(lab.title)}{_state(kept[lab.code], tongue)}"
    if labs:
        first = next((lab for lab in labs if kept[lab.code] is None), labs[0])
        yield "\n" + tongue("begin", lab=first.code)


def _state(kept: Memory | None, tongue: Tongue) -> str:
    if kept is None:
        return ""
    if kept.best is None:
        return f"  [{tongue('begun')}]"
    return f"  [{tongue('done') if kept.best >= 1 else f'{kept.best:.0%}'}]"


def _as_data(lab: Lab, kept: Memory | None) -> dict[str, object]:
    return {
        "code": lab.code,
        "week": lab.week,
        "minutes": lab.minutes,
        "title": lab.title,
        "summary": lab.summary,
        "libraries": list(lab.libraries),
        "begun": kept is not None,
        "best": kept.best if kept else None,
    }


def start(args: argparse.Namespace) -> int:
    """Write what is not there yet: the file to complete, the notes, their drawings."""
    tongue = Tongue(args.lang)
    lab = place.lab_of(args.lab, tongue)
    folder = Path(args.folder or lab.code)
    kept = place.memory(folder, tongue)
    if kept is not None and kept.lab != lab.code:
        raise tongue.wrong("other-lab", folder=folder, lab=kept.lab)
    (folder / "figures").mkdir(parents=True, exist_ok=True)
    name = "lab.ipynb" if args.notebook else "lab.py"
    notes = f"notes.{tongue.code}.md"
    texts = {name: notebook.write(lab.stub) if args.notebook else lab.stub, notes: lab.notes(tongue.code)}
    drawings = {f"figures/{figure}": lab.figure(figure) for figure in lab.figures}
    for path, text in texts.items():
        print(_write(folder / path, text.encode(), tongue))
    for path, content in drawings.items():
        _write(folder / path, content, tongue)
    if kept is None:
        place.remember(folder, Memory(lab.code))
    if lab.missing:
        print(tongue("needs", library=", ".join(lab.missing)))
    print("\n" + tongue("next", notes=folder / notes, file=folder / name, folder=folder))
    return 0


def _write(path: Path, content: bytes, tongue: Tongue) -> str:
    """Write a new file, or leave the one that is there; what was done."""
    try:
        with path.open("xb") as out:
            out.write(content)
    except FileExistsError:
        return tongue("kept", file=path)
    return tongue("wrote", file=path)
