"""What an applicant declared of themselves, and where it stands in their texts: names, schools, employers, towns.

A name is known however it is written: without accents, in capitals, joined with hyphens or spaces, with ’s or an
article before it. A person's name and a word of an organisation's go alone only where they stand as a name does,
with a capital, so that a person called Rose may still write of a rose.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from tremplin.blinding.rules.found import Found, Kind, Word, folded_words, joined, places, words_of
from tremplin.blinding.rules.towns import is_inhabitant
from tremplin.blinding.rules.vocabulary import SHARED, SMALL, TOWNS_THAT_ARE_WORDS

_SHORTEST = 3
_SHORTEST_HANDLE = 4
_ANY_CASE = 4  # letters from which an abbreviation is known in small letters too
_SPLIT = re.compile(r"[\n;,/|]|\s(?:and|et|puis|then|ou|or)\s")
_INTRODUCES = re.compile(
    r"(?:\bmy (?:first |last |full )?name is|\bname[’']s|\bi am|\bi[’']m|\bcall(?:ed)? me|\bcalled|\bm[’']appelle|"
    r"\bje suis|\bprénom est|\bnom est|\bpr[ée]nomm[ée]e?|\bmoi c[’']est|\bappelez-moi)\s+$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Declared:
    """One thing that somebody declared: what kind of thing it is, and its words."""

    kind: Kind
    text: str


def declared_in(kind: Kind, answer: str) -> Iterator[Declared]:
    """What one answer declares. Several schools, employers or towns may stand in one, a name is always one."""
    parts = [answer] if kind == "person" else _SPLIT.split(answer)
    for part in parts:
        inside = re.findall(r"\(([^()]+)\)", part) if kind != "person" else []
        outside = re.sub(r"\([^()]*\)", " ", part) if inside else part
        if folded_words(outside):
            yield Declared(kind, " ".join([outside.strip(), *(f"({word.strip()})" for word in inside)]))


@dataclass(slots=True)
class _Thing:
    """A school, an employer or a town: its whole names, its abbreviations, the words that alone give it away."""

    kind: Kind
    key: str
    wholes: set[tuple[str, ...]] = field(default_factory=set)
    short: set[str] = field(default_factory=set)
    initials: set[str] = field(default_factory=set)
    telling: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, declared: Declared, key: str) -> "_Thing":
        thing = cls(declared.kind, key)
        for part in re.split(r"[()]", declared.text):
            thing._add(part)
        return thing

    def _add(self, part: str) -> None:
        words = words_of(part)
        if not words:
            return
        folded = tuple(word.folded for word in words)
        bare = folded[1:] if folded[0] in SMALL and len(folded) > 1 else folded
        self.wholes |= {bare} if len(folded[0]) == 1 else {folded, bare}
        if self.kind == "town":
            self.wholes |= {tuple("st" if word == "saint" else word for word in bare)} | {
                tuple("saint" if word == "st" else word for word in bare)
            }
            return
        # An article is no part of what tells: “de Lyon” and “Lyon” are one.
        main = [word for word in words if word.folded not in SMALL]
        self.telling |= {
            word.folded for word in main if len(word.folded) >= _SHORTEST and word.folded not in SHARED
        }
        self.short |= {
            word.folded
            for word in main
            if word.text.isupper() and len(word.text) >= 2 and word.text.isalpha()
        }
        names = [word for word in main if word.folded not in SHARED]
        for these in (main, names):
            if len(these) >= _SHORTEST:
                self.initials.add("".join(word.folded[0] for word in these))

    def same_as(self, other: "_Thing") -> bool:
        if self.kind != other.kind:
            return False
        return bool(
            self.wholes & other.wholes
            or {"".join(whole) for whole in self.wholes} & (other.short | other.initials)
            or {"".join(whole) for whole in other.wholes} & (self.short | self.initials)
        )

    def take_in(self, other: "_Thing") -> None:
        self.wholes |= other.wholes
        self.short |= other.short
        self.initials |= other.initials
        self.telling |= other.telling


class Known:
    """Everything that was declared, looked at once for many texts."""

    def __init__(self, declared: Iterable[Declared], handles: Iterable[str] = ()) -> None:
        people: list[str] = []
        self._things: list[_Thing] = []
        for one in declared:
            if one.kind == "person":
                people.append(one.text)
            else:
                self._add(_Thing.of(one, ""))
        counts: dict[str, int] = {}
        for thing in self._things:
            counts[thing.kind] = counts.get(thing.kind, 0) + 1
            thing.key = f"{counts[thing.kind]}"
        self._parts, self._people, self._run_together = _names(people)
        self._handles = frozenset(handles)
        towns = {whole for thing in self._things if thing.kind == "town" for whole in thing.wholes}
        for thing in self._things:
            if thing.kind != "town":  # “university of Dakar”: Dakar alone is the town, if that was declared
                thing.telling -= {whole[0] for whole in towns if len(whole) == 1}
                thing.telling -= self._parts

    def _add(self, thing: _Thing) -> None:
        for known in self._things:
            if known.same_as(thing):
                known.take_in(thing)
                return
        self._things.append(thing)

    def numbers(self) -> dict[tuple[Kind, str], int]:
        """The number of each thing, in the order in which they were declared."""
        return {(thing.kind, thing.key): int(thing.key) for thing in self._things}

    def name_in(self, piece: str) -> bool:
        """Whether a part of the person's name stands in a link or the like, in whatever letters."""
        squeezed = "".join(folded_words(piece))
        return any(part in squeezed for part in self._parts)

    def find(self, text: str) -> Iterator[Found]:
        """Where any of it stands in `text`. What is found may overlap."""
        words = words_of(text)
        yield from self._find_person(text, words)
        for thing in self._things:
            yield from _find_thing(text, words, thing)
        for word_start, word_end, folded in _tokens(text):
            if folded in self._handles:
                yield Found(word_start, word_end, "handle", folded)

    def _find_person(self, text: str, words: Sequence[Word]) -> Iterator[Found]:
        gone: set[int] = set()
        for whole in self._people:
            for first, last in places(text, words, whole):
                gone.update(range(first, last + 1))
        for position, word in enumerate(words):
            if self._is_part(text, word) or _squeezed(word.folded) in self._run_together:
                gone.add(position)
        yield from _runs(text, words, gone)
        for start, end, folded in _tokens(text):
            if _squeezed(folded) in self._run_together:
                yield Found(start, end, "person", "")

    def _is_part(self, text: str, word: Word) -> bool:
        folded = word.folded
        known = folded in self._parts or (folded.endswith("s") and folded[:-1] in self._parts)
        if not known:
            return False
        return word.capital or _INTRODUCES.search(text[max(0, word.start - 40) : word.start]) is not None


def _names(people: Iterable[str]) -> tuple[frozenset[str], frozenset[tuple[str, ...]], frozenset[str]]:
    """Parts that go alone where they stand with a capital; names of several words; names written without a space."""
    parts: set[str] = set()
    wholes: set[tuple[str, ...]] = set()
    together: set[str] = set()
    for name in people:
        words = folded_words(name)
        parts |= {
            word for word in words if len(word) >= _SHORTEST and word not in SMALL and not word.isdigit()
        }
        compounds = [folded_words(part) for part in name.split()]
        wholes |= {tuple(whole) for whole in (words, *compounds) if len(whole) > 1}
        main = [word for word in words if word not in SMALL]
        if len(main) > 1:
            first, last = main[0], main[-1]
            together |= {"".join(main), first + last, last + first, first[0] + last, first + last[0]}
    return (
        frozenset(parts),
        frozenset(wholes),
        frozenset(word for word in together if len(word) >= _SHORTEST_HANDLE + 1),
    )


def _squeezed(token: str) -> str:
    """A handle without what separates and numbers it: ada_lovelace99 is adalovelace."""
    return re.sub(r"[\W\d_]", "", token)


def _tokens(text: str) -> Iterator[tuple[int, int, str]]:
    """What stands between white space, without the marks around it: a handle keeps its dots and lines."""
    for found in re.finditer(r"[\w](?:[\w.-]*\w)?", text):
        yield found.start(), found.end(), found[0].casefold()


def _runs(text: str, words: Sequence[Word], gone: set[int]) -> Iterator[Found]:
    """One finding for each run of words that belong together."""
    run: list[Word] = []
    for position in sorted(gone):
        word = words[position]
        if run and position - 1 in gone and joined(text, run[-1], word):
            run.append(word)
            continue
        if run:
            yield Found(run[0].start, run[-1].end, "person", "")
        run = [word]
    if run:
        yield Found(run[0].start, run[-1].end, "person", "")


def _find_thing(text: str, words: Sequence[Word], thing: _Thing) -> Iterator[Found]:
    for whole in thing.wholes:
        for first, last in places(text, words, whole):
            if len(whole) > 1 or words[first].capital or _known_small(thing, whole[0]):
                yield Found(words[first].start, words[last].end, thing.kind, thing.key)
    yield from _abbreviated(text, words, thing)
    for word in words:
        if word.folded in thing.telling and word.capital:
            yield Found(word.start, word.end, thing.kind, thing.key)
    if thing.kind == "town":
        names = [whole[-1] for whole in thing.wholes] + ["".join(whole) for whole in thing.wholes]
        for word in words:
            if is_inhabitant(word.folded, names, capital=word.capital):
                yield Found(word.start, word.end, thing.kind, thing.key)


def _known_small(thing: _Thing, name: str) -> bool:
    """Whether a name of one word is known in small letters, too: that of most towns."""
    return thing.kind == "town" and len(name) >= _ANY_CASE and name not in TOWNS_THAT_ARE_WORDS


def _abbreviated(text: str, words: Sequence[Word], thing: _Thing) -> Iterator[Found]:
    """MIT, M.I.T., and insa in small letters where somebody wrote INSA and it is long enough to be no word."""
    known = thing.short | thing.initials
    for word in words:
        small = word.folded in thing.short and len(word.folded) >= _ANY_CASE
        if small or (word.folded in known and word.text.isupper()):
            yield Found(word.start, word.end, thing.kind, thing.key)
    for found in re.finditer(r"\b(?:[^\W\d_]\.){2,}[^\W\d_]?\b\.?", text):
        if "".join(folded_words(found[0])) in known:
            yield Found(found.start(), found.end(), thing.kind, thing.key)
