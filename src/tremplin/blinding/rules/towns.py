"""What those who live in a town are called: lyonnaise, Londoner, bordelais."""

from collections.abc import Iterable

# Endings that make inhabitants in French; and those of English, which common words have as well.
_FRENCH = tuple(
    f"{ending}{plural}"
    for ending in (
        "ais",
        "aise",
        "ois",
        "oise",
        "ien",
        "ienne",
        "een",
        "eenne",
        "ain",
        "aine",
        "in",
        "ine",
        "ard",
    )
    for plural in ("", "s")
)
_ENGLISH = ("er", "ers", "an", "ans", "ian", "ians", "ite", "ites", "ese")
_SHORTEST, _SHORTEST_ENGLISH = 3, 5
_OWN = {
    "angers": "angevin angevine angevins angevines",
    "besancon": "bisontin bisontine bisontins bisontines",
    "bordeaux": "bordelais bordelaise bordelaises",
    "cambridge": "cantabrigian",
    "etienne": "stephanois stephanoise stephanoises",
    "glasgow": "glaswegian glaswegians",
    "limoges": "limougeaud limougeaude limougeauds limougeaudes",
    "liverpool": "liverpudlian liverpudlians",
    "manchester": "mancunian mancunians",
    "metz": "messin messine messins messines",
    "naples": "napolitain napolitaine napolitains napolitaines neapolitan neapolitans",
    "oxford": "oxonian oxonians",
    "poitiers": "poitevin poitevine poitevins poitevines",
    "reims": "remois remoise remoises",
    "tours": "tourangeau tourangelle tourangeaux tourangelles",
}


def is_inhabitant(word: str, towns: Iterable[str], *, capital: bool) -> bool:
    """Whether `word` says that somebody is of one of `towns`, all folded."""
    for town in towns:
        if word in _OWN.get(town, "").split():
            return True
        if word == town or len(word) <= len(town) - 2:
            continue
        for stem in _stems(town):
            if not word.startswith(stem):
                continue
            ending = word[len(stem) :]
            if ending in _FRENCH and len(stem) >= _SHORTEST:
                return True
            if ending in _ENGLISH and capital and len(stem) >= _SHORTEST_ENGLISH:
                return True
    return False


def _stems(town: str) -> set[str]:
    """What an ending is put to: the town, without its last vowel or s, or with its last letter twice."""
    stems = {town, town + town[-1:]}
    if town.endswith("es"):
        stems.add(town[:-2])
    if town[-1:] in "aeiouys":
        stems.add(town[:-1])
    return stems
