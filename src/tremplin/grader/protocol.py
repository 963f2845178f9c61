"""The words a box and its keeper exchange: one length-prefixed frame of JSON plus raw array bytes.

This file is read on both sides. In the box it is a plain module beside `inmate.py`, so it imports
nothing of Tremplin. What the box sends is hostile by assumption: `unpack` checks sizes, depth, types,
shapes and lengths before it builds anything, and everything it refuses is a `Malformed`. Nothing is
ever unpickled or evaluated.
"""

from __future__ import annotations

import json
import re
import struct
import sys
from dataclasses import dataclass
from typing import Any

import numpy as np

HEADER = struct.Struct(">II")
MAX_JSON = 512 * 1024
MAX_DEPTH = 40
MAX_RANK = 8
MAX_DIMENSION = 1 << 31
MAX_INTEGER = 1 << 63
MAX_ARRAYS = 4096

DTYPES: dict[str, np.dtype[Any]] = {
    name: np.dtype(name).newbyteorder("<")
    for name in (
        "bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64",
        "float16", "float32", "float64",
    )
}  # fmt: skip

_MARKS = re.compile(rb'\\.|["\[\]{}]', re.DOTALL)
_FLOATS = {"nan": float("nan"), "inf": float("inf"), "-inf": float("-inf")}


class Malformed(Exception):
    """What arrived is not a message of this protocol, or what was to be sent cannot be said in it."""


@dataclass(frozen=True)
class Ref:
    """A thing that stays in the box; the keeper holds only its number."""

    number: int
    kind: str


@dataclass(frozen=True)
class Opaque:
    """A thing that cannot be sent: only the name of its type is told."""

    kind: str


@dataclass(frozen=True)
class Tensor:
    """A tensor of torch as it crosses the wall: an array, and what torch adds to one. Needs no torch on our side."""

    array: Any
    requires_grad: bool = False
    grad: Any = None


def header_lengths(header: bytes, limit: int) -> tuple[int, int]:
    """Return the lengths of the JSON part and of the array part, or refuse the frame unread."""
    json_length, blob_length = HEADER.unpack(header)
    if json_length > MAX_JSON or json_length + blob_length > limit:
        raise Malformed("the message is too large")
    return json_length, blob_length


def pack(message: dict[str, Any]) -> bytes:
    blobs: list[bytes] = []
    tree = _encode(message, blobs, 0)
    text = json.dumps(tree, allow_nan=False, ensure_ascii=False, separators=(",", ":")).encode()
    body = b"".join(blobs)
    if len(text) > MAX_JSON:
        raise Malformed("the answer is too large to send")
    return HEADER.pack(len(text), len(body)) + text + body


def unpack(frame: bytes, limit: int) -> dict[str, Any]:
    try:
        return _unpack(frame, limit)
    except Malformed:
        raise
    except Exception as error:
        raise Malformed(f"the message could not be read: {type(error).__name__}") from None


def _unpack(frame: bytes, limit: int) -> dict[str, Any]:
    json_length, blob_length = header_lengths(frame[: HEADER.size], limit)
    if len(frame) != HEADER.size + json_length + blob_length:
        raise Malformed("the message is shorter or longer than it says")
    text = frame[HEADER.size : HEADER.size + json_length]
    _refuse_depth(text)
    tree = json.loads(
        text.decode("utf-8"), parse_constant=_refuse_constant, parse_int=_bounded_integer, parse_float=float
    )
    reader = _Reader(memoryview(frame)[HEADER.size + json_length :])
    message = reader.value(tree)
    if reader.position != blob_length:
        raise Malformed("array bytes were left over")
    if not isinstance(message, dict):
        raise Malformed("a message is a mapping")
    return message


def _refuse_depth(text: bytes) -> None:
    """Count brackets before parsing, because the parser itself recurses. One pass, never a second look."""
    depth, in_text = 0, False
    for match in _MARKS.finditer(text):
        mark = match.group()
        if mark == b'"':
            in_text = not in_text
        elif not in_text and mark in b"[{":
            depth += 1
            if depth > MAX_DEPTH:
                raise Malformed("the message is nested too deeply")
        elif not in_text and mark in b"]}":
            depth -= 1


def _refuse_constant(name: str) -> float:
    raise Malformed(f"{name} is not a number of this protocol")


def _bounded_integer(digits: str) -> int:
    if len(digits) > 20:
        raise Malformed("an integer is too large")
    value = int(digits)
    if not -MAX_INTEGER <= value < 2 * MAX_INTEGER:
        raise Malformed("an integer is too large")
    return value


class _Reader:
    """Builds values from the JSON tree, taking array bytes strictly in order and none twice."""

    def __init__(self, blob: memoryview) -> None:
        self.blob = blob
        self.position = 0
        self.arrays = 0

    def value(self, tree: object) -> Any:
        if tree is None or isinstance(tree, bool | int | float | str):
            return tree
        if isinstance(tree, list):
            return [self.value(item) for item in tree]
        if not isinstance(tree, dict) or len(tree) != 1:
            raise Malformed("an unknown kind of value")
        ((tag, content),) = tree.items()
        return self._tagged(tag, content)

    def _tagged(self, tag: str, content: Any) -> Any:
        if tag == "d" and isinstance(content, dict):
            return {key: self.value(item) for key, item in content.items()}
        if tag == "t" and isinstance(content, list):
            return tuple(self.value(item) for item in content)
        if tag == "f" and content in _FLOATS:
            return _FLOATS[content]
        if tag == "a" and isinstance(content, list) and len(content) == 2:
            return self._array(*content)
        if tag == "s" and isinstance(content, list) and len(content) == 2 and content[1] == []:
            return self._array(*content)[()]
        if tag == "x" and isinstance(content, list) and len(content) == 3:
            return self._tensor(*content)
        if tag == "r" and isinstance(content, list) and len(content) == 2:
            return Ref(_count(content[0]), _name(content[1]))
        if tag == "o":
            return Opaque(_name(content))
        raise Malformed("an unknown kind of value")

    def _tensor(self, array: object, requires_grad: object, grad: object) -> Tensor:
        found, slope = self.value(array), self.value(grad)
        if not isinstance(found, np.ndarray) or not isinstance(slope, np.ndarray | None):
            raise Malformed("a tensor that is no array")
        if slope is not None and slope.shape != found.shape:
            raise Malformed("a gradient of another shape than its tensor")
        return Tensor(found, requires_grad is True, slope)

    def _array(self, dtype_name: object, shape: object) -> Any:
        if not isinstance(dtype_name, str) or dtype_name not in DTYPES:
            raise Malformed("an array type that is not allowed")
        if not isinstance(shape, list) or len(shape) > MAX_RANK:
            raise Malformed("an array with too many axes")
        self.arrays += 1
        if self.arrays > MAX_ARRAYS:
            raise Malformed("too many arrays")
        dtype = DTYPES[dtype_name]
        count = 1
        for size in shape:
            count *= _count(size)
        length = count * dtype.itemsize
        if length > len(self.blob) - self.position:
            raise Malformed("an array longer than its bytes")
        piece = self.blob[self.position : self.position + length]
        self.position += length
        if dtype_name == "bool":  # a byte other than 0 or 1 in a bool array is undefined behaviour
            return (np.frombuffer(piece, dtype=np.uint8) != 0).reshape(shape)
        return np.frombuffer(piece, dtype=dtype).reshape(shape).astype(dtype_name)


def _count(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < MAX_DIMENSION:
        raise Malformed("a size or a number out of range")
    return value


def _name(value: object) -> str:
    if not isinstance(value, str):
        raise Malformed("a name that is no text")
    return "".join(c for c in value[:80] if c.isprintable())


def _encode(value: Any, blobs: list[bytes], depth: int) -> Any:
    if depth > MAX_DEPTH // 2 - 2:  # each level of ours is up to two of JSON
        raise Malformed("the answer is nested too deeply")
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, np.generic | np.ndarray):
        return _encode_array(value, blobs)
    if isinstance(value, Tensor):
        return _encode_tensor(value, blobs)
    if _is_of_torch(value):
        return _encode_torch(value, blobs)
    if isinstance(value, int):
        return int(value) if -MAX_INTEGER <= value < 2 * MAX_INTEGER else {"o": "int"}
    if isinstance(value, float):
        return _encode_float(float(value))
    if isinstance(value, Ref):
        return {"r": [value.number, value.kind]}
    if isinstance(value, list):
        return [_encode(item, blobs, depth + 1) for item in value]
    if isinstance(value, tuple):
        return {"t": [_encode(item, blobs, depth + 1) for item in value]}
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return {"d": {str(key): _encode(item, blobs, depth + 1) for key, item in value.items()}}
    return {"o": type(value).__name__}


def _encode_float(value: float) -> Any:
    if value != value:
        return {"f": "nan"}
    if value in (float("inf"), float("-inf")):
        return {"f": "inf" if value > 0 else "-inf"}
    return value


def _encode_tensor(value: Tensor, blobs: list[bytes]) -> Any:
    array = _encode_array(np.asarray(value.array), blobs)
    grad = None if value.grad is None else _encode_array(np.asarray(value.grad), blobs)
    return {"x": [array, value.requires_grad, grad]}


def _is_of_torch(value: Any) -> bool:
    """Asked of everything that is sent, so torch is not loaded for it: what is not loaded has made no tensor."""
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(value, torch.Tensor)


def _encode_torch(value: Any, blobs: list[bytes]) -> Any:
    if value.layout is not sys.modules["torch"].strided or str(value.dtype)[6:] not in DTYPES:
        return {"o": f"Tensor of {str(value.dtype)[6:]}"}
    grad = value.grad if value.is_leaf else None
    slope = None if grad is None else grad.detach().cpu().numpy()
    return _encode_tensor(Tensor(value.detach().cpu().numpy(), bool(value.requires_grad), slope), blobs)


def _encode_array(value: Any, blobs: list[bytes]) -> Any:
    array = np.asarray(value)
    if array.dtype.name not in DTYPES or array.ndim > MAX_RANK:
        return {"o": f"{type(value).__name__} of {array.dtype.name}"}
    blobs.append(np.ascontiguousarray(array, dtype=DTYPES[array.dtype.name]).tobytes())
    return {"s" if isinstance(value, np.generic) else "a": [array.dtype.name, list(array.shape)]}
