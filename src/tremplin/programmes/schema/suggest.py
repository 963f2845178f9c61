"""What somebody probably meant."""

from collections.abc import Iterable
from difflib import get_close_matches

from django.utils.translation import gettext as _


def nearest(word: str, known: Iterable[str]) -> str:
    """The word of `known` that is most like `word`, empty when none is near."""
    spelt = {candidate.lower(): candidate for candidate in known}
    found = get_close_matches(word.lower(), list(spelt), n=1, cutoff=0.6)
    return spelt[found[0]] if found else ""


def suggestion(word: str, known: Iterable[str]) -> str:
    """“ – did you mean …?”, empty when nothing is near."""
    meant = nearest(word, known)
    return _(" – did you mean “%(word)s”?") % {"word": meant} if meant else ""
