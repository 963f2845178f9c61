from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tremplin.blinding.rules import Corrections, Declared, changes, declared_in, phrase_fault, redact
from tremplin.blinding.rules.contacts import handles_in
from tremplin.blinding.rules.declared import Known
from tremplin.blinding.rules.found import Kind, folded_words

NAMES = ["Ada King-Lovelace", "ada.lovelace"]


def blind(
    text: str, names: Iterable[str] = (), *more: Declared, corrections: Corrections | None = None
) -> str:
    people = [Declared("person", name) for name in names]
    return redact({"q": text}, Known([*people, *more]), corrections).texts["q"]


def thing(kind: Kind, text: str) -> Declared:
    [found] = declared_in(kind, text)
    return found


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Write to ada@example.org or ada [at] example.org.", "Write to [address 1] or [address 2]."),
        ("Mail: ada dot l at example dot org, please", "Mail: ada dot [address 1], please"),
        ("See https://ada.example/cv?x=1 and www.ada.example.", "See [link 1] and [link 2]."),
        ("My code: github.com/ada-l/engine", "My code: [link 1]"),
        ("github.com/me/a, again github.com/me/a/", "[link 1], again [link 1]"),
        ("I am @ada_l on most sites.", "I am [account 1] on most sites."),
        ("GitHub: countess42, Discord : engine#1815", "GitHub: [account 1], Discord : [account 2]"),
        (
            "Call +33 6 12 34 56 78 or 06.12.34.56.78 today.",
            "Call [telephone number 1] or [telephone number 1] today.",
        ),
        ("WhatsApp 77 123 45 67", "WhatsApp [telephone number 1]"),
        ("I live 12 bis, rue des Lilas Blancs, with my aunt.", "I live [street 1], with my aunt."),
        ("At 221 Baker Street I read.", "At [street 1] I read."),
        ("My name is Ada King-Lovelace, from Lyon.", "My name is [own name], from Lyon."),
        ("ADA KING-LOVELACE wrote this", "[own name] wrote this"),
        ("“Ada,” said my aunt Lovelace.", "“[own name],” said my aunt [own name]."),
        ("ada king-lovelace in small letters", "[own name] in small letters"),
        ("my name is ada, and Lovelace’s engine", "my name is [own name], and [own name]’s engine"),
        ("I sign adalovelace or ada_lovelace99", "I sign [own name] or [own name]"),
        ("Thanks. Ada. Lovelace wrote it.", "Thanks. [own name]. [own name] wrote it."),
    ],
)
def test_what_names_the_writer_is_taken_out(written: str, read: str) -> None:
    assert blind(written, NAMES) == read


@pytest.mark.parametrize(
    "text",
    [
        "I finished fast.ai and two courses on coursera.org.",
        "In 2018, 2019 and 2020 I read 1 000 000 lines; pi is 3.14159265358979.",
        "Node.js, e.g. with socket.io, is what I use.",
        "Adaptation is not Ada's affair",
        "a rose is a rose",
        "At 5 I learnt to read; 12 friends came; 300 routes were drawn.",
        "I looked at youtube, and at github for a while.",
        "",
    ],
)
def test_what_names_nobody_stays(text: str) -> None:
    assert blind(text, ["Rose Ng"]) == text


def test_accents_and_apostrophes_do_not_hide_a_name() -> None:
    assert blind("Je m’appelle Zoe, dite Zoé N’Diaye.", ["Zoé N'Diaye"]) == (
        "Je m’appelle [own name], dite [own name]."
    )
    assert blind("Madame N’Diaye", ["Zoé N'Diaye"]) == "Madame [own name]"


def test_a_part_of_a_name_that_is_also_a_word_stays_where_it_is_small() -> None:
    assert blind("Rose likes the rose", ["Rose Ng"]) == "[own name] likes the rose"


def test_names_that_are_empty_or_very_short_take_nothing_out() -> None:
    assert blind("I am Bo and I go to IO", ["", "  ", "Bo"]) == "I am Bo and I go to IO"


@pytest.mark.parametrize(
    ("declared", "written", "read"),
    [
        (
            "Université Cheikh Anta Diop (UCAD)",
            "À l’université Cheikh-Anta-Diop, l’UCAD, puis Cheikh Anta Diop encore, et l’ucad.",
            "À l’[school 1], l’[school 1], puis [school 1] encore, et l’[school 1].",
        ),
        ("Lycée Victor-Hugo", "Au lycee victor hugo, le prof", "Au [school 1], le prof"),
        ("Lycée Victor-Hugo", "Hugo m’a formé", "[school 1] m’a formé"),
        (
            "Massachusetts Institute of Technology",
            "At MIT, or M.I.T., one learns technology",
            "At [school 1], or [school 1], one learns technology",
        ),
        ("École normale supérieure", "L’ENS est une école normale", "L’[school 1] est une école normale"),
        ("l’École 42", "À l’école 42, à 42 ans", "À l’[school 1], à 42 ans"),
        ("INSA Lyon", "insa, puis l’INSA de Lyon", "[school 1], puis l’[school 1] de [school 1]"),
    ],
)
def test_a_school_goes_however_it_is_written(declared: str, written: str, read: str) -> None:
    assert blind(written, [], thing("school", declared)) == read


@pytest.mark.parametrize(
    ("declared", "written", "read"),
    [
        ("Lyon", "Je suis lyonnaise, de LYON.", "Je suis [town 1], de [town 1]."),
        ("Dakar", "les Dakarois de Dakar", "les [town 1] de [town 1]"),
        ("Bordeaux", "un Bordelais", "un [town 1]"),
        ("Saint-Étienne", "À St Etienne, les Stéphanois", "À [town 1], les [town 1]"),
        ("Marseille", "marseillais, de Marseille", "[town 1], de [town 1]"),
        ("London", "A Londoner in London’s east", "A [town 1] in [town 1]’s east"),
        (
            "Nice",
            "What a nice day in Nice, among Niçois: nicer than ever",
            "What a nice day in [town 1], among [town 1]: nicer than ever",
        ),
        ("Dakar", "je viens de dakar", "je viens de [town 1]"),
        ("Le Mans", "Né au Mans", "Né au [town 1]"),
    ],
)
def test_a_town_goes_with_those_who_live_there(declared: str, written: str, read: str) -> None:
    assert blind(written, [], thing("town", declared)) == read


def test_the_same_school_has_the_same_marker_in_all_answers_and_after_an_edit() -> None:
    known = Known(
        [*declared_in("school", "Lycée Senghor, puis INSA"), *declared_in("employer", "Orange; Sonatel")]
    )
    first = redact({"a": "Sonatel, INSA.", "b": "Senghor and INSA at Orange"}, known).texts
    assert first == {"a": "[employer 2], [school 2].", "b": "[school 1] and [school 2] at [employer 1]"}
    assert redact({"b": "INSA alone"}, known).texts["b"] == "[school 2] alone"


def test_an_abbreviation_and_its_name_are_one_school() -> None:
    known = Known(list(declared_in("school", "MIT, Massachusetts Institute of Technology")))
    assert redact({"q": "MIT and Massachusetts"}, known).texts["q"] == "[school 1] and [school 1]"


def test_a_town_in_the_name_of_a_school_is_the_town() -> None:
    known = Known([*declared_in("school", "Université de Dakar"), *declared_in("town", "Dakar")])
    text = "L’université de Dakar est à Dakar."
    assert redact({"q": text}, known).texts["q"] == "L’[school 1] est à [town 1]."


def test_what_overlaps_goes_whole() -> None:
    """A link with a name in it, hidden words that end inside of an address: nothing of either is left over."""
    text = "See https://ada.example/Lovelace and write to ada@example.org today"
    assert blind(text, NAMES, corrections=Corrections(hide=("and write to ada",))) == (
        "See [link 1] [hidden 1] today"
    )


def test_hidden_words_go_wherever_they_stand_and_keep_their_number() -> None:
    corrections = Corrections(hide=("Prix  Poncelet", "ma sœur", "***"))
    text = "Le prix-Poncelet. PRIX\nPONCELET! Ma Sœur *** "
    assert blind(text, corrections=corrections) == "Le [hidden 1]. [hidden 1]! [hidden 2] [hidden 3] "


def test_what_is_not_me_is_shown_again_and_a_name_never_is() -> None:
    shown = frozenset({("victor", "hugo"), ("hugo",), ("ada",), ("https", "ada", "example")})
    text = "I read Hugo. Ada, https://ada.example"
    lycee = thing("school", "Lycée Victor Hugo")
    assert (
        blind(text, NAMES, lycee, corrections=Corrections(show=shown)) == "I read Hugo. [own name], [link 1]"
    )
    assert blind(text, NAMES, lycee, corrections=Corrections(show_more=shown)) == (
        "I read Hugo. [own name], [link 1]"
    )


def test_marks_say_where_a_piece_stood_and_where_its_marker_stands() -> None:
    text = "I am Ada, of Lyon."
    found = redact({"q": text}, Known([Declared("person", "Ada L"), thing("town", "Lyon")]))
    copy = found.texts["q"]
    assert [(copy[m.start : m.end], text[m.at : m.till]) for m in found.marks["q"]] == [
        ("[own name]", "Ada"),
        ("[town 1]", "Lyon"),
    ]


def test_a_handle_that_was_given_once_is_known_wherever_it_stands() -> None:
    handles = handles_in(
        "https://github.com/countess-l and countess.l@example.org, linkedin.com/in/countessl"
    )
    assert handles == {"countess-l", "countess.l", "countessl"}
    assert redact({"q": "As countess-l I wrote"}, Known([], handles)).texts["q"] == "As [account 1] I wrote"


@pytest.mark.parametrize(
    ("phrase", "said"),
    [
        ("weather station", ""),
        ("x", "too short"),
        ("weather boat", "none of the answers"),
        ("a" * 2001, "longer"),
    ],
)
def test_a_phrase_to_hide_has_to_stand_there(phrase: str, said: str) -> None:
    fault = phrase_fault(phrase, ["A Weather\nstation."])
    assert said in fault
    assert bool(fault) == bool(said)


def test_changes_show_markers_whole() -> None:
    assert list(changes("I like the Prix Poncelet.", "I like the [hidden 1].")) == [
        ("same", "I like the "),
        ("out", "Prix Poncelet."),
        ("in", "[hidden 1]."),
    ]


_ALPHABET = st.text("abcdeABé -.'’@/0123456789\n[]", max_size=60)


@given(_ALPHABET, st.sampled_from(["Ada Lovelace", "Zoé N’Diaye", "Élodie de la Tour"]), _ALPHABET)
def test_whatever_stands_around_it_a_whole_name_is_never_left(before: str, name: str, after: str) -> None:
    copy = blind(f"{before} {name} {after}", [name])
    left = folded_words(copy)
    wanted = folded_words(name)
    assert wanted not in [left[at : at + len(wanted)] for at in range(len(left))] or "[" in before + after


@given(_ALPHABET)
def test_what_is_no_marker_is_what_was_written(text: str) -> None:
    found = redact({"q": text}, Known([Declared("person", "Abe Dace")]))
    rebuilt, at = "", 0
    for mark in found.marks["q"]:
        rebuilt += found.texts["q"][at : mark.start] + text[mark.at : mark.till]
        at = mark.end
    assert rebuilt + found.texts["q"][at:] == text
