"""Laying what was changed in the builder upon a file that somebody has replaced meanwhile."""

from collections.abc import Mapping
from typing import Any

from tremplin.builder.edits.parts import CRITERIA, DOORS, FORM, KEYS, READING, Kind, Path, safely, sound
from tremplin.builder.text import GONE, Document


def laid_upon(file_text: str, form_text: str, base_text: str) -> str:
    """The file with what another text of the same programme changed since `base_text`, the rest untouched.

    The doors and the form come as a whole, of the reading each key that was changed; what both changed is as the
    builder has it.
    """
    document, form, base = Document(file_text), Document(form_text), Document(base_text)
    with safely():
        if any(form.data.get(name) != base.data.get(name) for name in ("eligibility", "application")):
            document = _with_stage(document.with_parts(form, (DOORS, FORM)), form)
        if form.data.get("review") != base.data.get("review"):
            document = _with_reading(document, form, base)
        return sound(document)


def _with_stage(document: Document, form: Document) -> Document:
    """The stage of the doors on where the form has doors, and off where it has none."""
    stages = [stage for stage in document.at(("stages",)) if stage != "eligibility"]
    if "eligibility" in form.at(("stages",)) and "eligibility" in form.data:
        stages = ["eligibility", *stages]
    if set(stages) == set(document.at(("stages",))):
        return document
    return document.changed((), {"stages": stages})


def _with_reading(document: Document, form: Document, base: Document) -> Document:
    """The guide, the figures and the rubric: criteria one by one while both texts list the same, else as a whole."""
    if "review" not in document.data or "review" not in base.data:
        return document
    mine = _changes("reading", base.at(READING), form.at(READING))
    old, new = _criteria(base), _criteria(form)
    if list(old) != list(new):
        # The rubric as the builder has it; what it left alone beside it stays as the file says.
        theirs = _changes("reading", base.at(READING), document.at(READING))
        left = {key: value for key, value in theirs.items() if key not in mine}
        return document.with_parts(form, (READING,)).changed(READING, left, KEYS["reading"])
    document = document.changed(READING, mine, KEYS["reading"])
    for code, path in _criteria(document).items():
        if code in new:
            changes = _changes("criterion", base.at(old[code]), form.at(new[code]))
            document = document.changed(path, changes, KEYS["criterion"])
    return document


def _criteria(document: Document) -> dict[str, Path]:
    """Where each criterion stands, in order."""
    criteria = document.data.get("review", {}).get("criteria", [])
    return {criterion["code"]: (*CRITERIA, index) for index, criterion in enumerate(criteria)}


def _changes(kind: Kind, old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """What must be written, or taken out, of an item that says `old` so that it says `new`."""
    return {key: new.get(key, GONE) for key in KEYS[kind] if old.get(key) != new.get(key)}
