"""Values as this house writes them in TOML."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

_ESCAPES = {
    "\\": "\\\\",
    '"': '\\"',
    "\b": "\\b",
    "\t": "\\t",
    "\f": "\\f",
    "\r": "\\r",
}
_UNSAFE = re.compile(r"[\x00-\x09\x0b-\x1f\x7f\\\"]")
_QUOTES = re.compile(r'"(?="")|"$')
_BARE = re.compile(r"[A-Za-z0-9_-]+")


def written(value: Any) -> str:
    """`value` as TOML."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(key)} = {written(item)}" for key, item in value.items()) + " }"
    if isinstance(value, Sequence):
        return _list(value)
    raise TypeError(f"no TOML for {type(value).__name__}")


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _string(key)


def _list(items: Sequence[Any]) -> str:
    if any(isinstance(item, Mapping) for item in items):
        return "[\n" + "".join(f"    {written(item)},\n" for item in items) + "]"
    return "[" + ", ".join(written(item) for item in items) + "]"


def _string(text: str) -> str:
    """In one line where it is one, else between three quotes, so that people can go on writing it."""
    if "\n" not in text:
        return '"' + _UNSAFE.sub(_escape, text) + '"'
    escaped = _UNSAFE.sub(lambda found: found[0] if found[0] in '"\t' else _escape(found), text)
    return '"""\n' + _QUOTES.sub('\\"', escaped) + '"""'


def _escape(found: re.Match[str]) -> str:
    return _ESCAPES.get(found[0]) or f"\\u{ord(found[0]):04x}"


def is_table(value: Any) -> bool:
    """Whether a value stands under a header of its own: a table of texts would make one line that nobody reads."""
    return (
        isinstance(value, Mapping)
        and bool(value)
        and all(isinstance(item, Mapping) for item in value.values())
    )


def table_text(header: str, values: Mapping[str, Any]) -> str:
    """One table with its header: `[eligibility.rationale]`."""
    return "\n".join([f"[{header}]", *_pairs(values)]) + "\n"


def item_text(header: str, values: Mapping[str, Any]) -> str:
    """One item of a list of tables, with its header: `[[eligibility]]`; tables that it holds come after its lines."""
    plain = {key: value for key, value in values.items() if not is_table(value)}
    below = [table_text(f"{header}.{key}", value) for key, value in values.items() if key not in plain]
    return "\n".join(["\n".join([f"[[{header}]]", *_pairs(plain)]) + "\n", *below])


def _pairs(values: Mapping[str, Any]) -> list[str]:
    return [f"{_key(key)} = {written(value)}" for key, value in values.items()]
