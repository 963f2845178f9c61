"""How much of a form is written in each language."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from tremplin.programmes.schema import Plan, Words

Typed = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Share:
    """The texts of a language: how many there are, of how many that there should be."""

    language: str
    written: int
    wanted: int

    @property
    def part(self) -> float:
        return self.written / self.wanted if self.wanted else 1.0


def shares(plan: Plan, unfinished: Sequence[Typed]) -> list[Share]:
    """Every text of the doors, of the form and of its reading, in each language of the programme.

    A text is wanted in every language as soon as it is there in one. `unfinished`: fields as they were typed into
    items that are not taken over yet (`label_en`, `help_fr`…); what lacks a language can only stand there.
    """
    languages = plan.programme.languages
    texts = [*_texts(plan), *(text for typed in unfinished for text in _typed(typed, languages))]
    return [
        Share(language, sum(1 for text in texts if text.get(language, "").strip()), len(texts))
        for language in languages
    ]


def _texts(plan: Plan) -> Iterator[Words]:
    yield from _within(plan.eligibility)
    yield from _within(plan.application)
    if plan.runs("review"):
        yield from _within(plan.review)


def _within(value: Any) -> Iterator[Words]:
    """The texts anywhere inside a part of the plan, those of keys that are still to be invented too."""
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _within(getattr(value, name))
    elif isinstance(value, list):
        for item in value:
            yield from _within(item)
    elif isinstance(value, dict):
        yield value


def _typed(typed: Typed, languages: Sequence[str]) -> Iterator[dict[str, str]]:
    """The texts of one form as it was typed that lack a language; whole ones are counted where they stand."""
    stems = {name.rsplit("_", 1)[0] for name in typed if name.rsplit("_", 1)[-1] in languages}
    for stem in sorted(stems):
        text = {code: (typed.get(f"{stem}_{code}") or [""])[0] for code in languages}
        given = [code for code in languages if text[code].strip()]
        if 0 < len(given) < len(languages):
            yield text


def lacking(typed: Typed, languages: Sequence[str]) -> list[str]:
    """The languages in which something that was typed is missing."""
    texts = list(_typed(typed, languages))
    return [code for code in languages if any(not text[code].strip() for text in texts)]
