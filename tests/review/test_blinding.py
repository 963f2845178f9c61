import pytest

from tremplin.review.blinding import blind

NAMES = ["Ada King-Lovelace", "ada.lovelace"]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (
            "Write to ada@example.org or ada [at] example.org.",
            "Write to [address removed] or [address removed].",
        ),
        ("See https://ada.example/cv?x=1 and www.ada.example.", "See [link removed] and [link removed]."),
        ("My code: github.com/ada-l/engine", "My code: [link removed]"),
        ("I am @ada_l on most sites.", "I am [name removed] on most sites."),
        (
            "Call +33 6 12 34 56 78 or 06.12.34.56.78 today.",
            "Call [number removed] or [number removed] today.",
        ),
        ("My name is Ada King-Lovelace, from Lyon.", "My name is [name removed], from Lyon."),
        ("ADA KING-LOVELACE wrote this", "[name removed] wrote this"),
        ("“Ada,” said my aunt Lovelace.", "“[name removed],” said my aunt [name removed]."),
        ("ada king-lovelace in small letters", "[name removed] in small letters"),
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
        "",
    ],
)
def test_what_names_nobody_stays(text: str) -> None:
    assert blind(text, ["Rose Ng"]) == text


def test_accents_and_apostrophes_do_not_hide_a_name() -> None:
    assert (
        blind("Je m’appelle Zoe, dite Zoé N’Diaye.", ["Zoé N'Diaye"])
        == "Je m’appelle [name removed], dite [name removed]."
    )


def test_a_part_of_a_name_that_is_also_a_word_stays_where_it_is_small() -> None:
    assert blind("Rose likes the rose", ["Rose Ng"]) == "[name removed] likes the rose"


def test_names_that_are_empty_or_very_short_take_nothing_out() -> None:
    assert blind("I am Bo and I go to IO", ["", "  ", "Bo"]) == "I am Bo and I go to IO"
