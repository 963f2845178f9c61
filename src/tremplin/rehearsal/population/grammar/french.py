"""What French needs at the joints: agreement, contraction, elision, numbers in words, spaces.

A noun phrase of the grammar carries its gender and number after a hash (``des registres#mp``), so that what
is said of it can agree: ``{agr:idea.what:construit|construite|construits|construites}``.
"""

import re

_WORDS = [
    "zéro",
    "un",
    "deux",
    "trois",
    "quatre",
    "cinq",
    "six",
    "sept",
    "huit",
    "neuf",
    "dix",
    "onze",
    "douze",
    "treize",
    "quatorze",
    "quinze",
    "seize",
]
_VOWEL = "aeiouàâäéèêëîïôöùûüœæAEIOUÀÂÄÉÈÊËÎÏÔÖÙÛÜŒÆ"
# An h that elides; every other h is left alone, because a wrong elision reads worse than a missing one.
_MUTE_H = (
    "hôpita|histoire|heure|homme|habitud|habit|hiver|humain|huile|herb|horaire|hésit|hectare|hebdo|honor"
)
_ELIDES = re.compile(
    rf"(?<!-)\b([Dd]e|[Jj]e|[Nn]e|[Ss]e|[Mm]e|[Ll]e|[Ll]a|[Qq]ue|[Jj]usque|[Ll]orsque|[Pp]uisque) "
    rf"(?=[{_VOWEL}]|y\b|(?i:{_MUTE_H}))(?!onz|oui\b|ouist|un\b à|un\b sur)"
)
_SI_IL = re.compile(r"\b([Ss])i (ils?\b)")
_START = re.compile(r"(^|[.!?…]\s+)(?!https?:)((?:« )?)([a-zà-ÿœ])")
_CONTRACTIONS = {
    "de": (
        ("le ", "du "),
        ("les ", "des "),
        ("des ", "de "),
        ("du ", "de "),
        ("de la ", "de "),
        ("de l'", "de "),
    ),
    "a": (("le ", "au "), ("les ", "aux ")),
}
_PREPOSITIONS = {"de": "de ", "a": "à "}
_PRONOUNS = {
    "il": ("il", "elle", "ils", "elles"),
    "ce": ("ce", "cette", "ces", "ces"),
    "le": ("le", "la", "les", "les"),
}


def number(value: int, *, digits: bool = False) -> str:
    return _WORDS[value] if value <= 16 and not digits else f"{value:,}".replace(",", "\u202f")


def joint(function: str, text: str, features: str, forms: tuple[str, ...]) -> str:
    """Apply one of the grammar's functions to a noun phrase."""
    if function in _PREPOSITIONS:
        return _contracted(function, text)
    if function in _PRONOUNS:
        return agreed(_PRONOUNS[function], features)
    if function == "agr":
        return agreed(forms, features)
    if function == "low":
        return text[:1].lower() + text[1:]
    if function == "cap":
        return text[:1].upper() + text[1:]
    raise KeyError(f"French has no function {function!r}")


def agreed(forms: tuple[str, ...], features: str) -> str:
    """The form among masculine, feminine, and their plurals."""
    if len(forms) != 4:
        raise ValueError(f"an agreement needs four forms, not {forms!r}")
    return forms[("f" in features) + 2 * ("p" in features)]


def _contracted(preposition: str, text: str) -> str:
    for article, contracted in _CONTRACTIONS[preposition]:
        if text.startswith(article):
            return contracted + text[len(article) :]
    return _PREPOSITIONS[preposition] + text


def elided(text: str) -> str:
    return _SI_IL.sub(r"\1'\2", _ELIDES.sub(lambda found: _cut(found[1]), text))


def _cut(word: str) -> str:
    return word[:-1] + "'"


def finish(text: str, *, careful: bool) -> str:
    """Tidy a grown text; a careful writer's keyboard has curly apostrophes and no-break spaces."""
    text = re.sub(r"\n +", "\n", re.sub(r"[ \t]{2,}", " ", text)).strip()
    text = re.sub(r" +([,.])", r"\1", elided(text))
    text = _START.sub(lambda found: found[1] + found[2] + found[3].upper(), text)
    if not careful:
        return text.replace("\u202f", " ")
    text = re.sub(r" ([;?!])", "\u202f\\1", text)
    text = re.sub(r" ([:%»€])", "\u00a0\\1", text)
    return text.replace("« ", "«\u00a0").replace("'", "’")
