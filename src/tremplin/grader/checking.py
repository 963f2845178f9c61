"""For those who write checks: refuse with a sentence in both languages, and compare without surprises.

Values from the box are hostile until these functions have looked at them. Each returns the value in a known
form or raises `Failed`, whose text the learner reads.
"""

from __future__ import annotations

from typing import Any, Literal, NoReturn

import numpy as np
import numpy.typing as npt

from tremplin.grader.calls import CallFailed, Calls, Thing
from tremplin.grader.protocol import Opaque, Tensor
from tremplin.grader.text import Text, both
from tremplin.grader.words import word

Kind = Literal["float", "int", "bool", "number"]
Array = npt.NDArray[Any]

__all__ = [
    "Array", "CallFailed", "Calls", "Failed", "Tensor", "Thing", "array", "close", "equal", "expect", "fail",
    "finite", "number", "show", "tensor",
]  # fmt: skip

_KINDS: dict[Kind, tuple[str, Text]] = {
    "float": ("f", both("floating-point numbers", "des nombres à virgule")),
    "int": ("iu", both("integers", "des entiers")),
    "bool": ("b", both("booleans", "des booléens")),
    "number": ("fiu", both("numbers", "des nombres")),
}


class Failed(Exception):
    """The check did not pass, for a reason the learner can act on."""

    def __init__(self, message: Text, expected: str = "", actual: str = "") -> None:
        super().__init__(message.get("en", ""))
        self.message, self.expected, self.actual = message, expected, actual


def fail(en: str, fr: str, *, expected: object = None, actual: object = None) -> NoReturn:
    raise Failed(both(en, fr), _shown(expected), _shown(actual))


def expect(condition: object, en: str, fr: str, *, expected: object = None, actual: object = None) -> None:
    if not bool(condition):
        fail(en, fr, expected=expected, actual=actual)


def array(value: object, name: str, *, shape: tuple[int, ...] | None = None, kind: Kind = "float") -> Array:
    """Return the value as an array of that shape and kind, or say what it is instead."""
    if value is None:
        raise Failed(word("nothing-returned", name=name))
    if isinstance(value, np.generic):
        value = np.asarray(value)
    if isinstance(value, Tensor):
        value = value.array
    if not isinstance(value, np.ndarray):
        raise Failed(word("not-an-array", name=name, kind=_kind_of(value)), actual=_shown(value))
    if shape is not None and value.shape != shape:
        raise Failed(
            word("wrong-shape", name=name, actual=value.shape, expected=shape), str(shape), str(value.shape)
        )
    letters, text = _KINDS[kind]
    if value.dtype.kind not in letters:
        raise Failed(
            word("wrong-kind", name=name, actual=value.dtype.name, expected=text), actual=value.dtype.name
        )
    return value


def tensor(value: object, name: str, *, shape: tuple[int, ...] | None = None, kind: Kind = "float") -> Tensor:
    """Return the value as a tensor of that shape and kind, or say what it is instead."""
    if value is None:
        raise Failed(word("nothing-returned", name=name))
    if not isinstance(value, Tensor):
        raise Failed(word("not-a-tensor", name=name, kind=_kind_of(value)), actual=_shown(value))
    array(value, name, shape=shape, kind=kind)
    return value


def number(value: object, name: str) -> float:
    """Return the value as one float; NumPy scalars and arrays without axes count as numbers."""
    if value is None:
        raise Failed(word("nothing-returned", name=name))
    if isinstance(value, Tensor):
        value = value.array
    if isinstance(value, np.ndarray) and value.shape == ():
        value = value[()]
    if isinstance(value, bool | np.bool_) or not isinstance(value, int | float | np.integer | np.floating):
        kind = _kind_of(value) if not isinstance(value, np.ndarray) else f"array {value.shape}"
        raise Failed(word("not-a-number", name=name, kind=kind), actual=_shown(value))
    return float(value)


def finite(value: Array, name: str) -> None:
    for test, code in ((np.isnan, "has-nan"), (np.isinf, "has-inf")):
        if found := np.argwhere(test(value)).tolist():
            where = word("at-index", index=_index(found[0])) if value.ndim else both("", "")
            raise Failed(word(code, name=name, where=where), actual=_shown(value))


def close(
    actual: object,
    expected: object,
    name: str,
    *,
    rtol: float = 1e-9,
    atol: float = 1e-12,
    because: tuple[str, str] | None = None,
) -> None:
    """Compare with tolerance, and show the worst place. `because` (English, French) replaces the message."""
    wanted = np.asarray(expected.array if isinstance(expected, Tensor) else expected, dtype=np.float64)
    if wanted.ndim == 0:
        got = np.asarray(number(actual, name))
    else:
        got = array(actual, name, shape=wanted.shape, kind="number").astype(np.float64)
    if np.isfinite(wanted).all():
        finite(got, name)
    with np.errstate(all="ignore"):
        excess = np.abs(got - wanted) - (atol + rtol * np.abs(wanted))
    excess = np.where((got == wanted) | (np.isnan(got) & np.isnan(wanted)), 0.0, excess)
    excess = np.where(np.isnan(excess), np.inf, excess)
    if not (excess > 0).any():
        return
    place = np.unravel_index(int(np.argmax(excess)), wanted.shape)
    message = both(*because) if because else _differs(name, place)
    raise Failed(message, f"{wanted[place]:.12g}", f"{got[place]:.12g}")


def _differs(name: str, place: tuple[Any, ...]) -> Text:
    if not place:
        return word("number-not-close", name=name)
    return word("not-close", name=name, index=_index(list(place)))


def equal(actual: object, expected: Array, name: str, *, because: tuple[str, str] | None = None) -> None:
    """Compare integers or booleans exactly."""
    got = array(actual, name, shape=expected.shape, kind="bool" if expected.dtype.kind == "b" else "int")
    if (got == expected).all():
        return
    place = tuple(np.argwhere(got != expected)[0])
    message = both(*because) if because else _differs(name, place)
    raise Failed(message, _shown(expected), _shown(got))


def show(value: object, width: int = 200) -> str:
    """A value as short text, for `expected` and `actual`."""
    if isinstance(value, Tensor):
        value = value.array
    if isinstance(value, np.ndarray):
        text = np.array2string(value, precision=6, threshold=24, edgeitems=3, max_line_width=88)
    elif isinstance(value, float | np.floating):
        text = f"{float(value):.12g}"
    elif isinstance(value, Opaque):
        text = value.kind
    else:
        text = repr(value)
    return text if len(text) <= width * 2 else text[: width * 2 - 1] + "…"


def _shown(value: object) -> str:
    return "" if value is None else value if isinstance(value, str) else show(value)


def _kind_of(value: object) -> str:
    return value.kind if isinstance(value, Opaque) else type(value).__name__


def _index(place: list[Any]) -> str:
    return "[" + ", ".join(str(int(i)) for i in place) + "]"
