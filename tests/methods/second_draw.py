"""A draw once more, written from docs/draws.md alone: plain Python, nothing of Tremplin's."""

import hashlib
import json
from collections.abc import Callable
from fractions import Fraction
from typing import Any

MILLION = 1_000_000


def canonical(content: Any) -> str:
    return json.dumps(content, sort_keys=True, separators=(",", ":"))


def digest(*words: str) -> str:
    return hashlib.sha256("|".join(words).encode("utf-8")).hexdigest()


def holds(text: str, *, commitment: str, listed: str = "") -> bool:
    """Whether the file is the draw that was promised by `commitment`, from the list that was published."""
    file = json.loads(text)
    if listed and digest(canonical(file["list"])) != listed:
        return False
    promise, reveal = file["promise"], file["reveal"]
    kept = not promise["sealed"] or digest(reveal["secret"]) == promise["sealed"]
    if digest(canonical(promise)) != commitment or not kept:
        return False
    if len(promise["sources"]) != len(reveal["values"]):
        return False
    return canonical(worked_out(file)) + "\n" == text


def worked_out(file: dict[str, Any]) -> dict[str, Any]:
    """The whole file, from its promise, what was revealed, and its list."""
    lists = file["list"]
    groups: list[list[str]] = lists["groups"]
    commitment = digest(canonical(file["promise"]))
    seed = digest(commitment, file["reveal"]["secret"], *file["reveal"]["values"])

    def below(limit: int, word: str) -> int:
        return int(digest(seed, word), 16) * limit // 2**256

    def first(code: str) -> str:
        return digest(seed, code)

    ordered = [sorted(group, key=first) for group in groups]
    chance = _chances(lists)
    if lists["chances"]:
        panel, chosen = None, _laid_out([code for group in ordered for code in group], chance, below)
    else:
        panel = _lies_on(lists["weights"], below(sum(lists["weights"]), "panel"))
        chosen = [code for g, group in enumerate(ordered) for code in group[: lists["panels"][panel][g]]]
    chosen.sort(key=first)
    if lists["chances"]:
        reserve = _one_by_one({c: int(chance[c] * MILLION) for c in chance if c not in chosen}, lists, below)
    else:
        reserve = [
            code for group in ordered for code in [c for c in group if c not in chosen][: lists["reserve"]]
        ]
        reserve.sort(key=first)
    others = [c for c in chance if chance[c] and c not in chosen]
    others.sort(key=lambda code: digest(seed, "control", code))
    control = [c for c in others if c not in reserve] + [c for c in others if c in reserve]
    return {
        "format": "tremplin-draw/1",
        "commitment": commitment,
        "promise": file["promise"],
        "reveal": file["reveal"],
        "list": lists,
        "seed": seed,
        "panel": panel,
        "chosen": chosen,
        "reserve": reserve,
        "control": control[: lists["control"]],
        "probabilities": {c: f"{p.numerator}/{p.denominator}" for c, p in chance.items()},
    }


def _chances(lists: dict[str, Any]) -> dict[str, Fraction]:
    found: dict[str, Fraction] = {}
    for g, group in enumerate(lists["groups"]):
        for i, code in enumerate(group):
            if lists["chances"]:
                found[code] = Fraction(lists["chances"][g][i], MILLION)
            else:
                seats = sum(w * panel[g] for w, panel in zip(lists["weights"], lists["panels"], strict=True))
                found[code] = Fraction(seats, sum(lists["weights"]) * len(group))
    return found


def _lies_on(widths: list[int], point: int) -> int:
    end = 0
    for at, width in enumerate(widths):
        end += width
        if point < end:
            return at
    raise AssertionError("beyond the end")


def _laid_out(line: list[str], chance: dict[str, Fraction], below: Callable[[int, str], int]) -> list[str]:
    """Whoever holds the start, or a point whole millions further on."""
    start, begin, taken = below(MILLION, "start"), 0, []
    for code in line:
        end = begin + int(chance[code] * MILLION)
        if any((point - start) % MILLION == 0 for point in _points(begin, end, start)):
            taken.append(code)
        begin = end
    return taken


def _points(begin: int, end: int, start: int) -> list[int]:
    point = start + -(-(begin - start) // MILLION) * MILLION if begin > start else start
    return [point] if begin <= point < end else []


def _one_by_one(left: dict[str, int], lists: dict[str, Any], below: Callable[[int, str], int]) -> list[str]:
    codes = sorted(code for code in left if left[code])
    found: list[str] = []
    while codes and len(found) < lists["reserve"]:
        widths = [left[code] for code in codes]
        found.append(codes.pop(_lies_on(widths, below(sum(widths), f"reserve|{len(found)}"))))
    return found
