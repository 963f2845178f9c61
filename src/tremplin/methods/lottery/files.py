"""The file of a draw: canonical JSON, one line and a line feed. Whoever has it and the commitment needs no more.

`docs/draws.md` describes every field; `verify-draw.mjs` beside it is the same check in another language.
"""

import json
from typing import Any

from tremplin.methods.lottery.drawing import Draw, run
from tremplin.methods.lottery.listing import LARGEST, Listing, listing_faults
from tremplin.methods.lottery.seeds import Promise, Reveal, Source, canonical, promise_faults, reveal_faults

FORMAT = "tremplin-draw/1"
_LIST = {"chances", "control", "groups", "panels", "reserve", "weights"}
_RESULT = ("panel", "chosen", "reserve", "control", "probabilities")
_WORDS = {
    "panel": "the seed gives another panel",
    "chosen": "the seed gives other places",
    "reserve": "the seed gives another order of those who follow",
    "control": "the seed gives another control order",
    "probabilities": "the list gives other probabilities",
}
_FIELDS = {"format", "commitment", "promise", "reveal", "list", "seed", *_RESULT}


def dumps(made: Draw) -> str:
    """The canonical file of a draw."""
    return canonical(_content(made)) + "\n"


def _content(made: Draw) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "commitment": made.commitment,
        "promise": made.promise.content(),
        "reveal": {"secret": made.reveal.secret, "values": list(made.reveal.values)},
        "list": json.loads(canonical(made.listing.content())),
        "seed": made.seed,
        "panel": made.panel,
        "chosen": list(made.chosen),
        "reserve": list(made.reserve),
        "control": list(made.control),
        "probabilities": {
            code: f"{chance.numerator}/{chance.denominator}" for code, chance in made.probabilities.items()
        },
    }


def loads(text: str) -> Draw:
    """The draw of a file that holds. Raises ValueError naming what is wrong with any other."""
    found = faults(text)
    if found:
        raise ValueError("; ".join(found))
    return run(**_parts(json.loads(text)))


def verify(text: str, *, published: str = "", listed: str = "") -> bool:
    """Whether the draw in `text` is what its seed gives, its commitment the one `published` before, and its list the
    one whose SHA-256 was published (`listed`)."""
    return not faults(text, published=published, listed=listed)


def faults(text: str, *, published: str = "", listed: str = "") -> tuple[str, ...]:
    """Everything that is wrong with the file of a draw, in plain English; empty when it holds."""
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        return ("the file is not JSON",)
    if not isinstance(content, dict) or set(content) != _FIELDS:
        return ("the file does not have the fields of a draw",)
    if content["format"] != FORMAT:
        return ("the file is of another kind or version",)
    if not _is_shaped(content):
        return ("a field of the file is of the wrong kind",)
    return tuple(_content_faults(content, text, published, listed))


def _content_faults(content: dict[str, Any], text: str, published: str, listed: str) -> list[str]:
    parts = _parts(content)
    promise, reveal, listing = parts["promise"], parts["reveal"], parts["listing"]
    found = [*promise_faults(promise), *reveal_faults(promise, reveal), *listing_faults(listing)]
    if promise.commitment != content["commitment"]:
        found.append("the promise does not give the commitment")
    if published and published != content["commitment"]:
        found.append("the commitment is not the one that was published before")
    if promise.listed and promise.listed != listing.digest:
        found.append("the list is not the one that was promised")
    if listed and listed != listing.digest:
        found.append("the list is not the one that was published before")
    try:
        again = _content(run(listing, promise=promise, reveal=reveal))
    except ValueError:
        return found  # what keeps it from being drawn has been named
    if again["seed"] != content["seed"]:
        found.append("what was revealed gives another seed")
    found += [_WORDS[name] for name in _RESULT if again[name] != content[name]]
    if not found and canonical(again) + "\n" != text:
        found.append("the file is not in its canonical form")
    return found


def _parts(content: dict[str, Any]) -> dict[str, Any]:
    promise, given = content["promise"], content["list"]
    return {
        "promise": Promise(
            promise["sealed"],
            tuple(Source(source["kind"], source["name"]) for source in promise["sources"]),
            promise["listed"],
        ),
        "reveal": Reveal(content["reveal"]["secret"], tuple(content["reveal"]["values"])),
        "listing": Listing(
            groups=tuple(tuple(group) for group in given["groups"]),
            panels=tuple(tuple(panel) for panel in given["panels"]),
            weights=tuple(given["weights"]),
            chances=tuple(tuple(row) for row in given["chances"]),
            reserve=given["reserve"],
            control=given["control"],
        ),
    }


def _is_shaped(content: dict[str, Any]) -> bool:
    promise, reveal, given = content["promise"], content["reveal"], content["list"]
    return (
        _has(promise, {"listed", "sealed", "sources"})
        and _has(reveal, {"secret", "values"})
        and _has(given, _LIST)
        and all(map(_is_text, (content["commitment"], content["seed"], promise["listed"], promise["sealed"])))
        and _is_list(
            promise["sources"], lambda row: _has(row, {"kind", "name"}) and all(map(_is_text, row.values()))
        )
        and _is_text(reveal["secret"])
        and _is_list(reveal["values"], _is_text)
        and _is_list(given["groups"], lambda row: _is_list(row, _is_text))
        and all(_is_list(given[name], lambda row: _is_list(row, _is_whole)) for name in ("panels", "chances"))
        and _is_list(given["weights"], _is_whole)
        and _is_whole(given["reserve"])
        and _is_whole(given["control"])
    )


def _has(value: object, fields: set[str]) -> bool:
    return isinstance(value, dict) and set(value) == fields


def _is_text(value: object) -> bool:
    """Text that has bytes: half a surrogate pair has none."""
    return isinstance(value, str) and not any("\ud800" <= sign <= "\udfff" for sign in value)


def _is_whole(value: object) -> bool:
    return type(value) is int and abs(value) <= LARGEST


def _is_list(value: object, item: Any) -> bool:
    return isinstance(value, list) and all(item(one) for one in value)
