"""Every key of a programme file, as Markdown: written from the schema, so that it cannot say anything else."""

from collections.abc import Iterator
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from tremplin.programmes.mail_values import occasions
from tremplin.programmes.schema.base import Amount, Code, Currency, DateText, MomentText, Words
from tremplin.programmes.schema.plan import Plan

_NAMED: tuple[tuple[Any, str], ...] = (
    (Words, "text in each language"),
    (Code, "code"),
    (MomentText, "time"),
    (DateText, "time, perhaps with an hour"),
    (Amount, "amount"),
    (Currency, "currency"),
)
_PLAIN = {bool: "true or false", int: "whole number", float: "number", str: "text"}


def reference() -> str:
    """All parts with their keys, in the order of a file."""
    return "\n\n".join(_section(path, model) for path, model in parts()) + "\n"


def mails() -> str:
    """Every mail with its occasion and the values that its text may name."""
    rows = [
        f"| `{code}` | {mail.when['en']} | {_values(mail.values)} | {_values(mail.optional)} |"
        for code, mail in occasions().items()
    ]
    return (
        "\n".join(["| code | when it is written | brings | may bring |", "|---|---|---|---|", *rows]) + "\n"
    )


def _values(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{{{name}}}`" for name in names) or "–"


def parts() -> Iterator[tuple[str, type[BaseModel]]]:
    """Each table of a file with what it may hold; `[[…]]` stands for a table that may come several times."""
    yield "", Plan
    yield from _below("", Plan)


def _below(path: str, model: type[BaseModel]) -> Iterator[tuple[str, type[BaseModel]]]:
    for name, field in model.model_fields.items():
        part, several = _part(field.annotation)
        if part is not None:
            here = f"{path}.{name}".strip(".")
            yield (f"[[{here}]]" if several else f"[{here}]"), part
            yield from _below(here, part)


def _part(annotation: Any, *, several: bool = False) -> tuple[type[BaseModel] | None, bool]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation, several
    origin = get_origin(annotation)
    if origin in {list, Union, UnionType}:
        for item in get_args(annotation):
            found = _part(item, several=several or origin is list)
            if found[0] is not None:
                return found
    return None, several


def _section(path: str, model: type[BaseModel]) -> str:
    title = f"### `{path}`" if path else "### The file itself"
    doc = " ".join((model.__doc__ or "").split())
    rows = [_row(field.alias or name, field) for name, field in model.model_fields.items()]
    head = "| key | takes | if left out | what it is |\n|---|---|---|---|"
    return "\n".join([title, "", doc, "", head, *rows])


def _row(name: str, field: FieldInfo) -> str:
    default = "**needed**" if field.is_required() else _default(field)
    cells = (f"`{name}`", _takes(field.annotation, field.metadata), default, field.description or "")
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _default(field: FieldInfo) -> str:
    value = field.get_default(call_default_factory=True)
    if value is None or value in ("", []):
        return "–"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _takes(annotation: Any, metadata: list[Any]) -> str:
    bounds = _bounds(metadata)
    rebuilt = Annotated[annotation, *metadata] if metadata else annotation
    for kind, words in _NAMED:
        if rebuilt == kind or annotation == kind:
            return words
    return _words(annotation) + bounds


def _words(annotation: Any) -> str:
    for kind, words in _NAMED:
        if annotation == kind:
            return words
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _words(inner[0])
    if origin is Literal:
        return ", ".join(f"`{value}`" for value in inner)
    if origin is list:
        return f"list of {_words(inner[0])}"
    if origin is dict:
        return f"{_words(inner[0])} = {_words(inner[1])}"
    if origin in {Union, UnionType}:
        return " or ".join(_words(item) for item in inner if item is not NoneType)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return "table"
    return _PLAIN.get(annotation, "date" if "date" in str(annotation) else "text")


def _bounds(metadata: list[Any]) -> str:
    """Limits in words: “, 1 to 10”."""
    least = next((item.ge for item in metadata if hasattr(item, "ge")), None)
    most = next((item.le for item in metadata if hasattr(item, "le")), None)
    if least is not None and most is not None:
        return f", {least} to {most}"
    count = next((item.min_length for item in metadata if hasattr(item, "min_length")), None)
    return f", at least {count}" if count else ""
