"""Whether two people named the same organisation, each in their own words: “Université de Lyon”, “Lyon University”.

Accents, capitals, articles and the order of words do not matter, nor the language of what many names have in common.
An abbreviation is the name that it abbreviates. A name without such a common word (“Sorbonne”) is every organisation
whose own words are these.
"""

import re
from collections import defaultdict
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, TypeVar

from tremplin.blinding.rules.declared import declared_in
from tremplin.blinding.rules.found import words_of
from tremplin.blinding.rules.vocabulary import SHARED, SMALL

Who = TypeVar("Who", bound=Hashable)
_ONE_WORD = {
    word: words.split()[0]
    for words in (
        "academy academie",
        "bank banque",
        "center centre",
        "company compagnie",
        "department departement",
        "engineering ingenierie",
        "faculty faculte facultad",
        "group groupe",
        "hospital hopital",
        "institute institut",
        "laboratory laboratoire lab labo",
        "medicine medecine",
        "ministry ministere",
        "polytechnic polytechnique",
        "research recherche",
        "school ecole schule",
        "science sciences",
        "secondary secondaire",
        "society societe",
        "technology technologie technologies",
        "university universite universidad universitat universiteit universita uni",
    )
    for word in words.split()
}
_COMMON = SHARED | frozenset(_ONE_WORD)


@dataclass(frozen=True, slots=True)
class _Forms:
    """One name, ready to be compared: all its words, those that only it has, what it abbreviates or is short for."""

    words: frozenset[str]
    own: frozenset[str]
    long: frozenset[str]
    short: frozenset[str]

    @property
    def bare(self) -> bool:
        """Whether it does without any word that many organisations have in their names."""
        return self.words == self.own


@lru_cache(maxsize=2**15)
def _forms(name: str) -> tuple[_Forms, ...]:
    """The forms of a name: of what stands before brackets, and of what stands in them."""
    return tuple(_form(part) for part in re.split(r"[()]", name) if words_of(part))


def _form(part: str) -> _Forms:
    main = [word for word in words_of(part) if word.folded not in SMALL] or words_of(part)
    folded = [word.folded for word in main]
    short = frozenset(
        initials
        for letters in (folded, [word for word in folded if word not in _COMMON])
        if len(initials := "".join(word[0] for word in letters)) >= 3
    )
    return _Forms(
        words=frozenset(_ONE_WORD.get(word, word) for word in folded),
        own=frozenset(word for word in folded if word not in _COMMON),
        long=frozenset(["".join(folded)]) if len(folded) == 1 else frozenset(),
        short=short,
    )


def named_in(words: str) -> Iterator[str]:
    """The organisations that an answer names, one by one, as they are written there."""
    for one in declared_in("school", words):
        yield one.text


class Organisations(Generic[Who]):
    """Who named which organisations. To ask for one takes as long as there are who named it, however many there are."""

    def __init__(self) -> None:
        self._words: dict[frozenset[str], set[Who]] = defaultdict(set)
        self._bare: dict[frozenset[str], set[Who]] = defaultdict(set)
        self._own: dict[frozenset[str], set[Who]] = defaultdict(set)
        self._long: dict[str, set[Who]] = defaultdict(set)
        self._short: dict[str, set[Who]] = defaultdict(set)

    def __bool__(self) -> bool:
        return bool(self._words)

    def add(self, name: str, who: Who) -> None:
        """Note that `who` named `name`; a line without any letter names nothing."""
        for form in _forms(name.strip()):
            self._words[form.words].add(who)
            if form.own:
                self._own[form.own].add(who)
            if form.bare:
                self._bare[form.words].add(who)
            for word in form.long:
                self._long[word].add(who)
            for initials in form.short:
                self._short[initials].add(who)

    def like(self, name: str) -> set[Who]:
        """Everybody who named the same as `name`."""
        found: set[Who] = set()
        for form in _forms(name.strip()):
            found |= self._words.get(form.words, set())
            found |= (self._own if form.bare else self._bare).get(form.own, set())
            for word in form.long:
                found |= self._short.get(word, set())
            for initials in form.short:
                found |= self._long.get(initials, set())
        return found
