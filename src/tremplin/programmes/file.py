"""Reading a programme file: TOML in, a validated plan out, or every fault with its line and its remedy."""

import hashlib
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from pydantic import BaseModel, TypeAdapter, ValidationError

from tremplin.core.errors import Message, UserError
from tremplin.core.text import joined
from tremplin.programmes.leftovers import leftovers
from tremplin.programmes.lines import Path as KeyPath
from tremplin.programmes.lines import key_lines
from tremplin.programmes.schema import SCHEMA_VERSION, Plan
from tremplin.programmes.schema.base import LANGUAGES
from tremplin.programmes.schema.checks import advice as hints
from tremplin.programmes.schema.checks import check
from tremplin.programmes.schema.suggest import nearest, suggestion

__all__ = ["LONGEST", "BrokenFile", "Fault", "advice", "checksum", "key_lines", "load", "read"]

LONGEST = 2 * 1024 * 1024  # bytes; the largest shipped template has a fortieth of it
_PLAIN: dict[str, Message] = {
    "missing": gettext_lazy("this key is missing: add it"),
    "extra_forbidden": gettext_lazy("this key is unknown: mend its spelling or take it out"),
    "literal_error": gettext_lazy("use one of {expected}"),
    "int_type": gettext_lazy("write a whole number, without quotes"),
    "int_from_float": gettext_lazy("write a whole number"),
    "float_type": gettext_lazy("write a number, without quotes"),
    "bool_type": gettext_lazy("write true or false, without quotes"),
    "string_type": gettext_lazy('write a text in "quotes"'),
    "list_type": gettext_lazy("write a list: [ … ]"),
    "dict_type": gettext_lazy("write a table: [{path}]"),
    "model_type": gettext_lazy("write a table: [{path}]"),
    "greater_than_equal": gettext_lazy("the number must be at least {ge}"),
    "less_than_equal": gettext_lazy("the number must be at most {le}"),
    "too_short": gettext_lazy("at least {min_length} needed here"),
    "string_pattern_mismatch": gettext_lazy(
        "begin with a small letter, then small letters, figures and single hyphens or underscores"
    ),
    "string_too_long": gettext_lazy("at most {max_length} characters"),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a programme file."""

    line: int
    key: str
    message: str

    def __str__(self) -> str:
        place = _("line %(line)s") % {"line": self.line} if self.line else _("whole file")
        return joined(f"{place}, {self.key}" if self.key else place, self.message)


class BrokenFile(UserError):
    """The file cannot be used; `faults` lists every reason."""

    status = 422

    def __init__(self, faults: list[Fault], name: str = "") -> None:
        self.faults = faults
        listed = "\n".join(f"  {fault}" for fault in faults)
        title = ngettext("%(name)s has %(count)s fault:", "%(name)s has %(count)s faults:", len(faults))
        shown = {"name": name or _("programme file"), "count": len(faults)}
        super().__init__(f"{title % shown}\n{listed}")


def load(path: Path) -> str:
    """The text of the file at `path`, exactly as it stands. Raises BrokenFile for what is no text file."""
    name = str(path)
    if path.is_dir():
        raise _whole(_("this is a folder, not a file: name the file in it"), name)
    try:
        with path.open("rb") as file:
            content = file.read(LONGEST + 1)
    except FileNotFoundError:
        raise _whole(_("there is no such file: check the path"), name) from None
    except PermissionError:
        raise _whole(_("this account may not read it: change its permissions"), name) from None
    except OSError as error:
        raise _whole(
            _("it cannot be read (%(reason)s)") % {"reason": error.strerror or error}, name
        ) from None
    if len(content) > LONGEST:
        raise _whole(_("it is larger than 2 MiB, which no programme file is"), name)
    return decode(content, name)


def decode(content: bytes, name: str = "") -> str:
    """`content` as text, its line ends and byte order mark kept. Raises BrokenFile for another encoding."""
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        message = _("this is not UTF-8: save it again as UTF-8 text")
        raise BrokenFile([Fault(line, "", message)], name) from None


def read(text: str, *, name: str = "") -> Plan:
    """The plan that `text` says. Raises BrokenFile with every fault found."""
    data = _parse(text.removeprefix("\ufeff"), name)
    _check_version(data, text, name)
    context = {"languages": _languages(data)}
    try:
        return Plan.model_validate(data, context=context)
    except ValidationError as error:
        items = _without_echoes(error.errors(include_url=False))
        found = [(_loc(item), _message(item, data)) for item in items]
        found += check(_sound_parts(data, {loc[0] for loc, _text in found if loc}, context)).found
    lines = _lines(text)
    faults = {_fault(loc, message, data, lines) for loc, message in found}
    raise BrokenFile(sorted(faults, key=lambda fault: (fault.line, fault.key, fault.message)), name)


def advice(text: str) -> list[Fault]:
    """What looks like a slip in a sound file, or is still as the template had it."""
    data = _parse(text.removeprefix("\ufeff"), "")
    parts = _sound_parts(data, set(), {"languages": _languages(data)})
    lines = _lines(text)
    return [_fault(loc, message, data, lines) for loc, message in (*leftovers(data), *hints(parts).found)]


def checksum(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _lines(text: str) -> dict[KeyPath, int]:
    try:
        return key_lines(text.removeprefix("\ufeff"))
    except RecursionError:
        return {}


def _without_echoes(items: Iterable[Any]) -> list[dict[str, Any]]:
    """`items` without “missing” where the key is there but misspelt: one fault, said once."""
    kept = [dict(item) for item in items]
    meant = {
        (*loc[:-1], nearest(str(loc[-1]), _keys_at(loc[:-1])))
        for item in kept
        if item["type"] == "extra_forbidden" and (loc := _loc(item))
    }
    return [item for item in kept if item["type"] != "missing" or _loc(item) not in meant]


def _whole(message: str, name: str) -> BrokenFile:
    return BrokenFile([Fault(0, "", message)], name)


def _parse(text: str, name: str) -> dict[str, Any]:
    if not text.strip():
        message = _("it is empty: begin with a template, “tremplin programme new TEMPLATE”")
        raise _whole(message, name)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise BrokenFile([_syntax_fault(text, fault)], name) from None
    except RecursionError:
        raise _whole(_("its lists or tables are nested far too deep"), name) from None


def _syntax_fault(text: str, fault: tomllib.TOMLDecodeError) -> Fault:
    found = re.search(r"^(.*) \(at line (\d+), column (\d+)\)$", str(fault))
    if found:
        message = _("this is not valid TOML near column %(column)s (%(reason)s)")
        return Fault(int(found[2]), "", message % {"column": found[3], "reason": found[1].lower()})
    reason = str(fault).partition(" (at")[0].lower()
    return Fault(text.count("\n") + 1, "", _("this is not valid TOML (%(reason)s)") % {"reason": reason})


def _check_version(data: Mapping[str, Any], text: str, name: str) -> None:
    """A file of another schema is said to be one, and not drowned in faults that are none."""
    version = data.get("schema")
    if version == SCHEMA_VERSION and not isinstance(version, bool):
        return
    line = _lines(text).get(("schema",), 1)
    if isinstance(version, int) and version > SCHEMA_VERSION:
        message = _(
            "this file is written for a newer Tremplin (schema %(version)s; this one reads 1): update it"
        )
        message %= {"version": version}
    elif version is None:
        message = _("write schema = 1 in the first line")
    else:
        message = _("there is no such schema: write schema = 1")
    raise BrokenFile([Fault(line, "schema", message)], name)


def _languages(data: Mapping[str, Any]) -> list[str]:
    """The languages that the file says it speaks, as far as they can be read."""
    programme = data.get("programme")
    listed = programme.get("languages") if isinstance(programme, dict) else None
    return [language for language in listed if language in LANGUAGES] if isinstance(listed, list) else []


def _sound_parts(data: Mapping[str, Any], broken: set[str | int], context: dict[str, Any]) -> dict[str, Any]:
    """The parts that are right by themselves, validated; left-out ones with their default."""
    parts: dict[str, Any] = {}
    for name, field in Plan.model_fields.items():
        key = field.alias or name
        if key in data and key not in broken:
            kind: Any = field.annotation
            parts[name] = TypeAdapter(kind).validate_python(data[key], context=context)
        elif key not in data and not field.is_required():
            parts[name] = field.get_default(call_default_factory=True)
    return parts


def _loc(item: Mapping[str, Any]) -> KeyPath:
    return tuple(step for step in item["loc"] if step != "[key]")


def _fault(loc: KeyPath, message: str, data: Mapping[str, Any], lines: Mapping[KeyPath, int]) -> Fault:
    known = loc
    while known and known not in lines:
        known = known[:-1]
    return Fault(lines.get(known, 0), _key_text(loc, data), message)


def _key_text(loc: KeyPath, data: Any) -> str:
    """The key in words: list items by their code where they have one, else by their number from 1."""
    text, here = "", data
    for step in loc:
        here = _step(here, step)
        if isinstance(step, int):
            code = here.get("code") if isinstance(here, dict) else None
            text += f"[{code}]" if isinstance(code, str) and code else f"[{step + 1}]"
        else:
            text += f".{step}" if text else step
    return text


def _step(value: Any, step: str | int) -> Any:
    try:
        return value[step]
    except (KeyError, IndexError, TypeError):
        return None


def _message(item: dict[str, Any], data: Mapping[str, Any]) -> str:
    """What to tell about one of pydantic's errors."""
    kind, loc = item["type"], _loc(item)
    if kind in {"value_error", "plan"}:
        return str(item["msg"]).removeprefix("Value error, ")
    plain = _PLAIN.get(kind)
    if plain is None:
        return str(item["msg"])
    values = {**item.get("ctx", {}), "path": ".".join(str(step) for step in loc if isinstance(step, str))}
    values["expected"] = str(values.get("expected", "")).replace("'", "").replace(" or ", ", ")
    is_key = item["loc"][-1:] == ("[key]",)
    return str(plain).format(**values) + _meant(kind, loc, values["expected"], {} if is_key else data)


def _meant(kind: str, loc: KeyPath, expected: str, data: Any) -> str:
    """The key or word that was probably meant."""
    if kind == "extra_forbidden":
        return suggestion(str(loc[-1]), _keys_at(loc[:-1]))
    if kind == "literal_error":
        written = data
        for step in loc:
            written = _step(written, step)
        word = written if isinstance(written, str) else str(loc[-1])
        return suggestion(word, expected.split(", "))
    return ""


def _keys_at(loc: KeyPath) -> Iterable[str]:
    """The keys that the schema knows in the table at `loc`."""
    model: Any = Plan
    for step in loc:
        if isinstance(step, str):
            fields = model.model_fields if _is_part(model) else {}
            model = _part_in(fields[step].annotation) if step in fields else None
    return [field.alias or name for name, field in model.model_fields.items()] if _is_part(model) else []


def _is_part(value: Any) -> bool:
    return isinstance(value, type) and issubclass(value, BaseModel)


def _part_in(annotation: Any) -> Any:
    """The part that `annotation` holds: itself, in a list, or beside None."""
    if _is_part(annotation):
        return annotation
    if get_origin(annotation) in {list, Union, UnionType, Annotated}:
        return next((part for item in get_args(annotation) if (part := _part_in(item))), None)
    return None
