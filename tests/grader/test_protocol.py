import contextlib
import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tremplin.grader import protocol
from tremplin.grader.protocol import HEADER, Malformed, Opaque, Ref, pack, unpack

LIMIT = 1 << 20


def frame(tree: object, blob: bytes = b"") -> bytes:
    text = tree if isinstance(tree, bytes) else json.dumps(tree).encode()
    return HEADER.pack(len(text), len(blob)) + text + blob


def there_and_back(value: Any) -> Any:
    return unpack(pack({"v": value}), LIMIT)["v"]


PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63)
    | st.floats(allow_nan=False)
    | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=20,
).filter(lambda value: _depth(value) < 15)


def _depth(value: Any) -> int:
    if isinstance(value, dict):
        value = list(value.values())
    return 1 + max(map(_depth, value), default=0) if isinstance(value, list | tuple) else 0


@given(PLAIN)
@settings(deadline=None)
def test_plain_values_arrive_as_they_left(value: Any) -> None:
    try:
        value_back = there_and_back(value)
    except UnicodeEncodeError:  # a lone surrogate is no text
        return
    assert value_back == value
    assert type(value_back) is type(value)


@pytest.mark.parametrize("dtype", sorted(protocol.DTYPES))
@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 0, 4), (2, 3), (1, 1, 1, 1, 1, 1, 1, 1)])
def test_arrays_arrive_as_they_left(dtype: str, shape: tuple[int, ...]) -> None:
    array = np.random.default_rng(0).integers(0, 2, size=shape).astype(dtype)
    back = there_and_back(array)
    assert isinstance(back, np.ndarray)
    assert back.shape == array.shape
    assert back.dtype == array.dtype
    assert np.array_equal(back, array)


def test_special_floats_scalars_and_references_arrive() -> None:
    assert np.isnan(there_and_back(float("nan")))
    assert there_and_back(float("-inf")) == float("-inf")
    scalar = there_and_back(np.float32(1.5))
    assert isinstance(scalar, np.float32)
    assert scalar == 1.5
    assert there_and_back(Ref(3, "Tensor")) == Ref(3, "Tensor")


def test_byte_order_and_strides_of_the_sender_do_not_matter() -> None:
    array = np.arange(12, dtype=">i4").reshape(3, 4).T[::-1]
    assert np.array_equal(there_and_back(array), array)


@pytest.mark.parametrize(
    "value", [object(), {1: 2}, {1, 2}, b"x", 1j, 2**70, np.array(["a"]), np.array([None])]
)
def test_what_cannot_be_sent_arrives_as_the_name_of_its_type(value: Any) -> None:
    assert isinstance(there_and_back(value), Opaque)


def test_a_value_nested_too_deeply_is_refused_by_the_sender() -> None:
    value: list[Any] = []
    for _ in range(100):
        value = [value]
    with pytest.raises(Malformed, match="deep"):
        pack({"v": value})


HOSTILE = {
    "not a mapping": frame([1]),
    "depth": frame(b"[" * 200_000),
    "depth behind text": frame(b'["' + b'\\"' * 1000 + b'",' + b"[" * 100),
    "depth after an escaped quote": frame(b'["\\\\",' + b"[" * 100),
    "unclosed text": frame(b'"' + b'\\"' * 200_000),
    "object dtype": frame({"d": {"v": {"a": ["object", [1]]}}}, b"x" * 8),
    "text dtype": frame({"d": {"v": {"a": ["<U4", [1]]}}}, b"x" * 16),
    "dtype that is no text": frame({"d": {"v": {"a": [["f8"], [1]]}}}, b"x" * 8),
    "shape too large": frame({"d": {"v": {"a": ["int8", [2**31 - 1] * 8]}}}),
    "shape beyond the bytes": frame({"d": {"v": {"a": ["float64", [3]]}}}, b"x" * 8),
    "negative shape": frame({"d": {"v": {"a": ["int8", [-1]]}}}),
    "shape of truths": frame({"d": {"v": {"a": ["int8", [True]]}}}, b"x"),
    "shape of halves": frame({"d": {"v": {"a": ["int8", [0.5]]}}}),
    "too many axes": frame({"d": {"v": {"a": ["int8", [1] * 40]}}}, b"x"),
    "bytes left over": frame({"d": {}}, b"x"),
    "shorter than it says": HEADER.pack(50, 0) + b"{}",
    "longer than it says": frame({"d": {}}) + b"x",
    "larger than the limit": HEADER.pack(10, LIMIT) + b"x" * (LIMIT + 10),
    "digits": frame(b'{"d":{"v":' + b"9" * 5000 + b"}}"),
    "infinity": frame(b'{"d":{"v":Infinity}}'),
    "unknown tag": frame({"d": {"v": {"z": 1}}}),
    "two tags": frame({"d": {"v": {"f": "nan", "t": []}}}),
    "pickle": frame(b"\x80\x04\x95"),
    "not UTF-8": frame(b'{"d":{"v":"\xff"}}'),
    "half a header": b"\x00\x00",
    "a reference to no number": frame({"d": {"v": {"r": ["a", "b"]}}}),
    "too many arrays": frame({"d": {"v": [{"a": ["int8", [0]]}] * 5000}}),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_frame_is_refused(name: str) -> None:
    with pytest.raises(Malformed):
        unpack(HOSTILE[name], LIMIT)


def test_a_truth_is_one_or_zero_whatever_the_byte() -> None:
    back = unpack(frame({"d": {"v": {"a": ["bool", [3]]}}}, bytes([0, 2, 255])), LIMIT)["v"]
    assert back.tolist() == [False, True, True]
    assert back.view(np.uint8).tolist() == [0, 1, 1]


def test_a_type_name_keeps_no_control_characters() -> None:
    assert unpack(frame({"d": {"v": {"o": "a\x1b[2J" + "b" * 500}}}), LIMIT)["v"].kind.startswith("a[2Jb")


@given(st.binary(max_size=400))
@settings(max_examples=300, deadline=None)
def test_any_bytes_are_a_message_or_refused(noise: bytes) -> None:
    for candidate in (noise, frame(noise)):
        with contextlib.suppress(Malformed):
            assert isinstance(unpack(candidate, LIMIT), dict)


@given(st.integers(0, 10_000), st.integers(0, 255))
@settings(max_examples=300, deadline=None)
def test_one_changed_byte_is_a_message_or_refused(place: int, byte: int) -> None:
    good = bytearray(pack({"id": 7, "ok": [np.arange(6.0).reshape(2, 3), {"a": (1, "x")}, float("nan")]}))
    good[place % len(good)] = byte
    with contextlib.suppress(Malformed):
        assert isinstance(unpack(bytes(good), LIMIT), dict)
