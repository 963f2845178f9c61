"""How much of a form is written in each language."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tremplin.programmes.schema import Plan, Words

Typed = Mapping[str, Sequence[str]]
_TEXTS = ("title", "lead", "label", "help", "example", "refusal", "elsewhere")


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
    """Labels, help, examples, answers, headings and leads in each language of the programme.

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
    for section in plan.application.sections:
        yield from _of(section)
        for question in section.questions:
            yield from _of(question)
            yield from (option.label for option in question.options)
    for door in plan.eligibility:
        yield from _of(door)
        yield from (option.label for option in door.options)


def _of(item: object) -> Iterator[Words]:
    for name in _TEXTS:
        if text := getattr(item, name, None):
            yield text


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
