"""Spot checks of French: agreement, contraction, elision, typography."""

import re
from collections.abc import Callable

import pytest

from tremplin.rehearsal.population.essays import answer
from tremplin.rehearsal.population.grammar import french
from tremplin.rehearsal.population.grammar.library import library
from tremplin.rehearsal.population.grammar.template import apart
from tremplin.rehearsal.population.people import Person

Crowd = Callable[..., list[Person]]
ARTICLES = {"un": "m", "une": "f", "le": "m", "la": "f", "les": "p", "des": "p"}
KINDS = (
    "background",
    "motivation",
    "project_made",
    "project_idea",
    "obstacle",
    "learning_plan",
    "reflection",
)


@pytest.mark.parametrize(
    ("phrase", "de", "a"),
    [
        ("le marché", "du marché", "au marché"),
        ("les gardes", "des gardes", "aux gardes"),
        ("la convolution", "de la convolution", "à la convolution"),
        ("l'attention", "de l'attention", "à l'attention"),
        ("un modèle", "d'un modèle", "à un modèle"),
        ("une carte", "d'une carte", "à une carte"),
        ("des images", "d'images", "à des images"),
        ("des relevés", "de relevés", "à des relevés"),
    ],
)
def test_prepositions_contract_with_articles(phrase: str, de: str, a: str) -> None:
    assert french.elided(french.joint("de", phrase, "", ())) == de
    assert french.joint("a", phrase, "", ()) == a


@pytest.mark.parametrize(
    ("features", "pronoun", "participle"),
    [
        ("m", "il", "construit"),
        ("f", "elle", "construite"),
        ("mp", "ils", "construits"),
        ("fp", "elles", "construites"),
    ],
)
def test_what_is_said_of_a_phrase_agrees_with_it(features: str, pronoun: str, participle: str) -> None:
    forms = ("construit", "construite", "construits", "construites")
    assert french.joint("il", "", features, ()) == pronoun
    assert french.joint("agr", "", features, forms) == participle


def test_an_agreement_with_a_form_missing_is_refused() -> None:
    with pytest.raises(ValueError, match="four forms"):
        french.agreed(("construit", "construite"), "f")
    with pytest.raises(KeyError):
        french.joint("an", "", "", ())


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("de Abidjan", "d'Abidjan"),
        ("de Yaoundé", "de Yaoundé"),
        ("je y pense", "j'y pense"),
        ("de hôpital", "d'hôpital"),
        ("le haricot", "le haricot"),
        ("de onze lits", "de onze lits"),
        ("parce que il", "parce qu'il"),
        ("si ils viennent", "s'ils viennent"),
        ("lorsque une voisine", "lorsqu'une voisine"),
        ("cassez-le et dites", "cassez-le et dites"),
        ("de Évreux", "d'Évreux"),
    ],
)
def test_elision(written: str, read: str) -> None:
    assert french.elided(written) == read


def test_numbers_are_written_as_in_french() -> None:
    assert french.number(16) == "seize"
    assert french.number(16, digits=True) == "16"
    assert french.number(2400) == "2\u202f400"


def test_a_careful_keyboard_makes_no_break_spaces_and_curly_apostrophes() -> None:
    told = french.finish("qu'est-ce ? rien : « un mot » ; 5 % !", careful=True)
    assert told == "Qu’est-ce\u202f? Rien\u00a0: «\u00a0un mot\u00a0»\u202f; 5\u00a0%\u202f!"
    assert french.finish("« un mot » ; 2\u202f400", careful=False) == "« Un mot » ; 2 400"


def test_an_address_is_not_given_a_capital() -> None:
    assert french.finish("https://code.example.org/a", careful=True) == "https://code.example.org/a"


def test_no_noun_phrase_of_the_grammar_lacks_its_gender() -> None:
    book = library("fr")
    for table, names in ((book.ideas, ("what",)), (book.made, ("what",)), (book.topics, ("thing",))):
        for code, entry in table.items():
            for name in names:
                held = entry[name]
                assert isinstance(held, str)
                assert apart(held)[1], (code, name)


def test_the_gender_of_a_noun_phrase_is_that_of_its_article() -> None:
    book = library("fr")
    for table, name in (
        (book.ideas, "what"),
        (book.made, "what"),
        (book.topics, "thing"),
        (book.ideas, "baseline"),
    ):
        for code, entry in table.items():
            told = entry[name]
            for held in [told] if isinstance(told, str) else told:
                phrase, features = apart(held)
                expected = ARTICLES.get(phrase.split()[0])
                assert expected is None or expected in features or not features, (code, phrase, features)


def test_people_write_of_themselves_in_their_own_gender(crowd: Crowd) -> None:
    """Of these pairs, a person uses only the one."""
    pairs = [
        ("je suis fier", "je suis fière"),
        ("infirmier", "infirmière"),
        ("motivé", "motivée"),
        ("venu", "venue"),
    ]
    people = crowd("fr", 160)
    for person in people:
        wrong = 0 if person.voice == "f" else 1
        for kind in KINDS:
            text = answer(person, kind, "fr", person.stream("gender", kind), 1000).lower()
            for pair in pairs[:2]:
                assert not re.search(rf"\bje suis {pair[wrong].removeprefix('je suis ')}\b", text), text
    told = [answer(person, "motivation", "fr", person.stream("gender"), 1000) for person in people]
    assert any("motivée" in text or "heureuse" in text or "prête" in text for text in told)
    assert any("motivé," in text or "heureux" in text or "prêt " in text for text in told)


def test_no_essay_needs_an_elision_or_a_contraction_that_is_missing(crowd: Crowd) -> None:
    vowel = "aâeéèêiîoôuû"
    missing = re.compile(
        rf"(?<!-)\b(?:[jJnNsSmMtT]e|[dD]e|[qQ]ue|[lL]orsque|[pP]uisque) (?!onz|oui|un sur|un à)[{vowel}]"
        r"|\b[sS]i ils?\b|\b[dDlLjJ]['’] |\bde des\b|\bd['’](?:les|des)\b|[dD]e le (?:modèle|cours|système)"
    )
    for person in crowd("fr", 120):
        for kind in KINDS:
            text = answer(person, kind, "fr", person.stream("lint", kind), 1000)
            assert not missing.search(text), (missing.search(text), text)


def test_french_is_not_left_in_an_english_answer(crowd: Crowd) -> None:
    """Someone from a French-speaking town may write in English; their words are then English."""
    for person in crowd("fr", 30):
        text = answer(person, "background", "en", person.stream("other"), 1000)
        assert re.search(r"\b(?:the|and|I)\b", text)
        assert not re.search(r"\b(?:je|depuis|avec|dans)\b", text)
