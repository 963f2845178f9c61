"""Growing text from the grammar: rules, the facts of a story, and numbers that stay put."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from numpy.random import Generator

from ..draws import chance, pick
from .template import Choice, Nodes, Ref, Sentence, Voice, apart, parse, sentence

Entry = Mapping[str, str | Sequence[str]]


class Tongue(Protocol):
    """The joints of one language (the modules ``english`` and ``french``)."""

    def number(self, value: int, *, digits: bool = False) -> str: ...

    def joint(self, function: str, text: str, features: str, forms: tuple[str, ...]) -> str: ...

    def finish(self, text: str, *, careful: bool) -> str: ...


@dataclass(slots=True)
class Grower:
    """Grows one text. Nothing is said twice while there is something else to say; what was said `before`, in other
    texts on the same matter, is avoided too, if less strictly."""

    tongue: Tongue
    rng: Generator
    voice: str
    concrete: float
    tags: frozenset[str]
    slots: Mapping[str, str]
    entries: Mapping[str, Entry]
    rules: Mapping[str, Sequence[str]]
    figure: Callable[[str, str], int | None]
    steady: Callable[[str, int], int]
    digits: bool = False
    said: set[tuple[str, str]] = field(default_factory=set)
    before: Collection[tuple[str, str]] = ()

    def grow(self, name: str) -> str:
        return self._resolve(name)[0]

    def knows(self, name: str) -> bool:
        head, _, rest = name.partition(".")
        return name in self.rules or name in self.slots or bool(rest and rest in self.entries.get(head, {}))

    def _resolve(self, name: str) -> tuple[str, str]:
        """The text of a name, and the gender and number of the noun phrase it may be."""
        if name in self.slots:
            return self._phrase(self.slots[name])
        if name in self.rules:
            return self._chosen(name, self.rules[name])
        head, _, rest = name.partition(".")
        if head in self.entries:
            held = self.entries[head][rest]
            if isinstance(held, str):
                return self._phrase(held)
            # A name that ends in an underscore is chosen once per person, not once per text.
            return (
                self._phrase(held[self.steady(name, len(held))])
                if rest.endswith("_")
                else self._chosen(name, held)
            )
        value = self.figure(head.removesuffix("_cap"), rest)
        if value is None:
            raise KeyError(f"nothing is called {name!r} here")
        text = self.tongue.number(value, digits=self.digits)
        return (text.capitalize() if head.endswith("_cap") else text), ""

    def _phrase(self, source: str) -> tuple[str, str]:
        text, features = apart(source)
        return self._expand(parse(text)), features

    def _chosen(self, name: str, sources: Sequence[str]) -> tuple[str, str]:
        source = self._choose(name, sources)
        self.said.add((name, source))
        text, features = apart(source)
        return self._expand(sentence(text).nodes), features

    def _choose(self, name: str, sources: Sequence[str]) -> str:
        fitting = [source for source in sources if self._read(source).fits(self.tags)]
        fresh = [source for source in fitting if (name, source) not in self.said]
        fresh = [source for source in fresh if (name, source) not in self.before] or fresh or fitting
        if not fresh:
            raise LookupError(f"no sentence of {name!r} fits this story")
        return pick(self.rng, self._in_depth(fresh))

    def _in_depth(self, sources: list[str]) -> list[str]:
        """A concrete writer says no vague thing; a vague one says vague things where there are any."""
        if chance(self.rng, self.concrete):
            telling = [source for source in sources if self._read(source).depth == "+"]
            if telling and chance(self.rng, self.concrete):
                return telling
            return [source for source in sources if self._read(source).depth != "-"] or sources
        vague = [source for source in sources if self._read(source).depth == "-"]
        if vague and not chance(self.rng, self.concrete):
            return vague
        return [source for source in sources if self._read(source).depth != "+"] or sources

    def _read(self, source: str) -> Sentence:
        return sentence(apart(source)[0])

    def _expand(self, nodes: Nodes) -> str:
        parts: list[str] = []
        for node in nodes:
            if isinstance(node, str):
                parts.append(node)
            elif isinstance(node, Choice):
                parts.append(self._expand(pick(self.rng, node.options)))
            elif isinstance(node, Voice):
                parts.append(node.feminine if self.voice == "f" else node.masculine)
            else:
                parts.append(self._reference(node))
        return "".join(parts)

    def _reference(self, ref: Ref) -> str:
        text, features = self._resolve(ref.name)
        return self.tongue.joint(ref.function, text, features, ref.forms) if ref.function else text
