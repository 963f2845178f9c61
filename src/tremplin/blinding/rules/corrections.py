"""What people say of what is hidden: these words, too; or, that is not me."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from tremplin.blinding.rules.found import Found, Kind, Word, folded_words, places, words_of

LONGEST = 2000
_BY_ITS_WRITER: frozenset[Kind] = frozenset({"school", "employer", "town"})
# A number that is none of a telephone, a link to a course: who answers for the reading may say so. A name never.
_BY_ORGANISERS: frozenset[Kind] = _BY_ITS_WRITER | {"link", "handle", "phone", "street"}


@dataclass(frozen=True, slots=True)
class Corrections:
    """Words to hide, in the order in which they were said, and folded words that are to be shown, by whose right."""

    hide: tuple[str, ...] = ()
    show: frozenset[tuple[str, ...]] = frozenset()
    show_more: frozenset[tuple[str, ...]] = frozenset()

    def shows(self, found: Found, words: tuple[str, ...]) -> bool:
        if words in self.show_more and found.kind in _BY_ORGANISERS:
            return True
        return words in self.show and found.kind in _BY_ITS_WRITER

    def find(self, text: str, words: Sequence[Word]) -> Iterator[Found]:
        """Where the words to hide stand in `text`, however they are written."""
        for number, phrase in enumerate(self.hide, 1):
            wanted = folded_words(phrase)
            if not wanted:
                yield from _signs(text, phrase.strip(), number)
                continue
            for first, last in _anyhow(text, words, wanted):
                yield Found(words[first].start, words[last].end, "hidden", str(number))


def _anyhow(text: str, words: Sequence[Word], wanted: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    """A phrase may go over the end of a sentence, so what stands between its words does not matter."""
    if len(wanted) <= 1:
        yield from places(text, words, wanted)
        return
    for start in range(len(words) - len(wanted) + 1):
        if all(words[start + at].folded == part for at, part in enumerate(wanted)):
            yield start, start + len(wanted) - 1


def _signs(text: str, phrase: str, number: int) -> Iterator[Found]:
    at = text.find(phrase) if phrase else -1
    while at >= 0:
        yield Found(at, at + len(phrase), "hidden", str(number))
        at = text.find(phrase, at + len(phrase))


def may_be_shown(kind: Kind, *, organiser: bool) -> bool:
    """Whether something of this kind may be shown again: a name never, and links only by those who organise."""
    return kind in (_BY_ORGANISERS if organiser else _BY_ITS_WRITER)


def phrase_fault(phrase: str, texts: Iterable[str]) -> str:
    """What is wrong with a phrase that is to be hidden; empty when nothing is."""
    wanted = folded_words(phrase)
    if len(phrase) > LONGEST:
        return _("“%(start)s…” is longer than %(limit)s characters. Hide it in two pieces.") % {
            "start": phrase[:30],
            "limit": LONGEST,
        }
    if len("".join(wanted) or phrase.strip()) < 2:
        return _("“%(phrase)s” is too short: it would hide too much. Write the words around it, too.") % {
            "phrase": phrase
        }
    for text in texts:
        words = Corrections(hide=(phrase,))
        if any(True for _found in words.find(text, words_of(text))):
            return ""
    return _("“%(phrase)s” stands in none of the answers. Copy it as it is written there.") % {
        "phrase": phrase[:60]
    }
