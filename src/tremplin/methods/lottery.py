"""A draw that anybody can check with a page of code.

**Rule.** Entries are codes that name nobody. The key of a code is `SHA-256(seed + "|" + code)` in UTF-8, as
hex; entries are taken in rising order of their keys. Nothing else enters: no clock, no order of arrival.

**Commit and reveal.** `commitment(seed)` = `SHA-256(seed)` is published before the entries are known, the
seed afterwards. Whoever holds both can see that the seed was not chosen to suit the result. The idea is that
of RFC 3797 (publicly verifiable selection), with SHA-256 for MD5 and a sealed seed for public sources.

**File.** Canonical JSON: keys sorted, no spaces, ASCII only, one line and a line feed. `verify` needs nothing
else.
"""

import hashlib
import json
import re
import secrets
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FORMAT = "tremplin-draw/1"
RULE = 'rising SHA-256(seed + "|" + code)'
_CODE = re.compile(r"^[0-9a-z]{4,32}$")
_FIELDS = frozenset({"format", "rule", "commitment", "seed", "places", "entries", "order", "chosen"})


@dataclass(frozen=True, slots=True)
class Draw:
    """A finished draw. `order` is all entries as drawn; the first `places` of it are `chosen`."""

    commitment: str
    seed: str
    places: int
    entries: tuple[str, ...]
    order: tuple[str, ...]

    @property
    def chosen(self) -> tuple[str, ...]:
        return self.order[: self.places]


def new_seed() -> str:
    """A fresh secret seed of 256 bits."""
    return secrets.token_hex(32)


def commitment(seed: str) -> str:
    """What is published before the draw: SHA-256 of the seed, as hex. Raises ValueError for an empty seed."""
    if not seed:
        raise ValueError("a draw needs a seed")
    return hashlib.sha256(seed.encode()).hexdigest()


def key(seed: str, code: str) -> str:
    """The key by which `code` is ordered."""
    return hashlib.sha256(f"{seed}|{code}".encode()).hexdigest()


def draw(entries: Iterable[str], *, seed: str, places: int) -> Draw:
    """Draw `places` of `entries`. O(n log n).

    Raises ValueError when a code stands twice, could carry a name (anything but 4 to 32 small letters and
    figures), or `places` is negative.
    """
    codes = sorted(entries)
    for code in codes:
        if not _CODE.fullmatch(code):
            raise ValueError(f"“{code}” is not a code of 4 to 32 small letters and figures")
    if len(set(codes)) != len(codes):
        raise ValueError("an entry stands twice")
    if places < 0:
        raise ValueError("places cannot be negative")
    order = sorted(codes, key=lambda code: key(seed, code))
    return Draw(commitment(seed), seed, min(places, len(codes)), tuple(codes), tuple(order))


def dumps(result: Draw) -> str:
    """The canonical file of a draw."""
    return _canonical(
        {
            "format": FORMAT,
            "rule": RULE,
            "commitment": result.commitment,
            "seed": result.seed,
            "places": result.places,
            "entries": result.entries,
            "order": result.order,
            "chosen": result.chosen,
        }
    )


def loads(text: str) -> Draw:
    """The draw of a file that holds. Raises ValueError naming what is wrong with any other."""
    found = faults(text)
    if found:
        raise ValueError("; ".join(found))
    content = json.loads(text)
    return draw(content["entries"], seed=content["seed"], places=content["places"])


def _canonical(content: dict[str, Any]) -> str:
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True) + "\n"


def verify(text: str, *, published: str = "") -> bool:
    """Whether the draw in `text` is what its seed gives, and its commitment the one `published` before."""
    return not faults(text, published=published)


def faults(text: str, *, published: str = "") -> tuple[str, ...]:
    """Everything that is wrong with a draw file, in plain English; empty when it holds."""
    try:
        content = json.loads(text)
    except ValueError:
        return ("the file is not JSON",)
    if not isinstance(content, dict) or set(content) != _FIELDS:
        return ("the file does not have the fields of a draw",)
    if content["format"] != FORMAT or content["rule"] != RULE:
        return ("the file is of another kind or follows another rule",)
    found = _shape_faults(content)
    if found:
        return found
    return tuple(_content_faults(content, text, published))


def _shape_faults(content: dict[str, Any]) -> tuple[str, ...]:
    lists = all(_is_list_of_text(content[name]) for name in ("entries", "order", "chosen"))
    texts = all(isinstance(content[name], str) and content[name] for name in ("seed", "commitment"))
    whole = type(content["places"]) is int
    return () if lists and texts and whole else ("a field of the file is of the wrong kind",)


def _is_list_of_text(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _content_faults(content: dict[str, Any], text: str, published: str) -> Sequence[str]:
    found: list[str] = []
    if commitment(content["seed"]) != content["commitment"]:
        found.append("the seed does not give the commitment")
    if published and published != content["commitment"]:
        found.append("the commitment is not the one that was published before")
    try:
        again = draw(content["entries"], seed=content["seed"], places=content["places"])
    except ValueError as error:
        return [*found, str(error)]
    if list(again.entries) != content["entries"]:
        found.append("the entries are not sorted")
    if list(again.order) != content["order"]:
        found.append("the seed gives another order")
    if list(again.chosen) != content["chosen"]:
        found.append("the seed gives other places")
    if not found and dumps(again) != text:
        found.append("the file is not in its canonical form")
    return found


def main(arguments: Sequence[str]) -> int:
    """`python -m tremplin.methods.lottery FILE [COMMITMENT]`: 0 when the draw in FILE holds, else 1."""
    if len(arguments) not in {1, 2}:
        sys.stderr.write("Usage: python -m tremplin.methods.lottery FILE [COMMITMENT]\n")
        return 2
    text = Path(arguments[0]).read_text("utf-8")
    found = faults(text, published=arguments[1] if len(arguments) == 2 else "")
    for fault in found:
        sys.stdout.write(f"{fault}\n")
    sys.stdout.write("The draw does not hold.\n" if found else "The draw holds.\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
