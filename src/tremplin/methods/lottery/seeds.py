"""Where the randomness of a draw comes from: what is promised before, and what is revealed after.

**Promise.** Published before anybody can know the outcome: the SHA-256 of a secret that is kept (`sealed`), public
sources that will be known later (`sources`), and, where the list stands already, the SHA-256 of the list
(`listed`). Its own SHA-256 is the *commitment*. With a secret and a public source neither the organisers, who know
the one, nor who runs the source, who does not, can choose the outcome.

**Sources.** `rfc3797`: public numbers such as those of a lottery, in the form of RFC 3797 (Eastlake 2004): sorted,
each with a full stop after it. `drand`: one round of a public randomness beacon (chain hash and round number); its
value is the signature, and the randomness its SHA-256. `text`: anything else that will be public, word for word.

**Seed.** SHA-256 of commitment, secret and values, a bar between each.
"""

import hashlib
import json
import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

KINDS = ("rfc3797", "drand", "text")
_HEX = re.compile(r"[0-9a-f]+")
_NUMBERS = re.compile(r"(?:(?:0|[1-9][0-9]*)\.)+")


@dataclass(frozen=True, slots=True)
class Source:
    """`name` says what and when, so that everybody will find the same: for drand “chain hash/round”."""

    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Promise:
    """What is published before. `sealed` and `listed` are SHA-256 in hex, or empty."""

    sealed: str = ""
    sources: tuple[Source, ...] = ()
    listed: str = ""

    def content(self) -> dict[str, Any]:
        sources = [{"kind": source.kind, "name": source.name} for source in self.sources]
        return {"listed": self.listed, "sealed": self.sealed, "sources": sources}

    @property
    def commitment(self) -> str:
        """SHA-256 of the promise as canonical JSON."""
        return sha256(canonical(self.content()))


@dataclass(frozen=True, slots=True)
class Reveal:
    """What is published after: the secret, and the value of each source in order."""

    secret: str = ""
    values: tuple[str, ...] = ()


def canonical(content: Any) -> str:
    """JSON with sorted keys, no spaces, ASCII only: one text for one content."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def new_secret() -> str:
    """A fresh secret of 256 bits."""
    return secrets.token_hex(32)


def seal(secret: str, sources: Iterable[Source] = (), listed: str = "") -> Promise:
    """The promise of a secret and of sources. Raises ValueError when there is neither."""
    promise = Promise(sha256(secret) if secret else "", tuple(sources), listed)
    found = promise_faults(promise)
    if found:
        raise ValueError(found[0])
    return promise


def commitment(secret: str) -> str:
    """The commitment to a secret alone."""
    return seal(secret).commitment


def seed_of(promise: Promise, reveal: Reveal) -> str:
    """The seed, in hex. Raises ValueError for what was not promised."""
    found = reveal_faults(promise, reveal)
    if found:
        raise ValueError(found[0])
    return sha256("|".join((promise.commitment, reveal.secret, *reveal.values)))


def key(seed: str, *words: str) -> str:
    """SHA-256 of the seed and words, a bar between each, in hex: what an entry is ordered by."""
    return sha256("|".join((seed, *words)))


def number(seed: str, word: str, below: int) -> int:
    """A whole number in [0, below), uniform but for less than below · 2⁻²⁵⁶."""
    return int(key(seed, word), 16) * below >> 256


def promise_faults(promise: Promise) -> list[str]:
    found = []
    if not promise.sealed and not promise.sources:
        found.append("a draw needs a seed: a sealed secret, a public source, or both")
    for name, value in (("sealed", promise.sealed), ("listed", promise.listed)):
        if value and (len(value) != 64 or not _HEX.fullmatch(value)):
            found.append(f"“{name}” is not a SHA-256")
    for source in promise.sources:
        if source.kind not in KINDS or not source.name.strip():
            found.append(f"a source is one of {', '.join(KINDS)}, and says what it is and when")
        elif source.kind == "drand" and not re.fullmatch(r"[0-9a-f]{64}/[1-9][0-9]*", source.name):
            found.append("a drand source is named by chain hash and round: 64 hex figures, /, a number")
    return found


def reveal_faults(promise: Promise, reveal: Reveal) -> list[str]:
    """Everything that was revealed otherwise than promised."""
    found = []
    if (sha256(reveal.secret) if reveal.secret else "") != promise.sealed:
        found.append("the secret is not the one that was sealed")
    if len(reveal.values) != len(promise.sources):
        found.append(f"{len(promise.sources)} sources were promised, {len(reveal.values)} values are given")
    if any("|" in text for text in (reveal.secret, *reveal.values)):
        found.append("a secret or value holds a bar")
    for source, value in zip(promise.sources, reveal.values, strict=False):
        if not value:
            found.append(f"the value of “{source.name}” is missing")
        elif source.kind == "rfc3797" and not _in_rfc3797_form(value):
            found.append(f"“{value}” is not in the form of RFC 3797: rising numbers, a full stop after each")
        elif source.kind == "drand" and (len(value) % 2 or len(value) < 96 or not _HEX.fullmatch(value)):
            found.append("the value of a drand round is its signature in hex")
    return found


def rfc3797_value(numbers: Iterable[int]) -> str:
    """Numbers of one source in the form of RFC 3797: “2.5.8.”."""
    return "".join(f"{value}." for value in sorted(numbers))


def _in_rfc3797_form(value: str) -> bool:
    if not _NUMBERS.fullmatch(value):
        return False
    numbers = [int(word) for word in value[:-1].split(".")]
    return numbers == sorted(numbers)


def rfc3797_picks(values: Sequence[str], pool: int, count: int) -> list[int]:
    """The positions from 1 that RFC 3797 itself picks, with MD5 as it says: to check draws made by its letter.

    Draws in our own format never use it.
    """
    text = "".join(f"{value}/" for value in values).encode()
    left = list(range(1, pool + 1))
    picked = []
    for step in range(min(count, pool)):
        frame = step.to_bytes(2, "big")
        digest = hashlib.md5(frame + text + frame, usedforsecurity=False).digest()
        picked.append(left.pop(int.from_bytes(digest, "big") % len(left)))
    return picked


def drand_randomness(signature: str) -> str:
    """The randomness of a drand round: SHA-256 of its signature. That the signature is of the chain's key is for
    the tools of drand to check, with the round that the name gives."""
    return hashlib.sha256(bytes.fromhex(signature)).hexdigest()
