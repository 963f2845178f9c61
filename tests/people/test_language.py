"""Accounts speak French to the last word."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.template.loader import get_template

from tremplin import people

HOME = Path(people.__file__).parent
CATALOGUE = HOME / "locale" / "fr" / "LC_MESSAGES" / "django.po"
_HOLE = re.compile(r"%\(\w+\)s|<[^>]+>")
_NARROW = re.compile(r" [:;?!»]|« |'")


def messages() -> list[tuple[str, str]]:
    with CATALOGUE.open("rb") as file:
        catalogue = read_po(file)
    pairs: list[tuple[str, str]] = []
    for message in catalogue:
        if not message.id:
            continue
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        texts = message.string if isinstance(message.string, tuple) else (message.string,)
        assert not message.fuzzy, ids
        pairs += list(zip(ids, texts, strict=True))
    return pairs


def test_every_sentence_has_its_french_with_the_same_holes() -> None:
    for english, french in messages():
        assert french, english
        assert sorted(_HOLE.findall(english)) == sorted(_HOLE.findall(french)), english


def test_french_is_set_as_french_is_set() -> None:
    wrong = [french for _english, french in messages() if _NARROW.search(_HOLE.sub("", french))]
    assert not wrong


@pytest.mark.parametrize("template", sorted((HOME / "templates").rglob("*.html")), ids=lambda path: path.name)
def test_no_page_says_a_word_that_cannot_be_translated(template: Path) -> None:
    text = template.read_text("utf-8")
    bare = re.sub(r"{%\s*blocktranslate.*?endblocktranslate\s*%}", "", text, flags=re.DOTALL)
    bare = re.sub(r"{%.*?%}|{{.*?}}|{#.*?#}|<[^>]*>", " ", bare, flags=re.DOTALL)
    assert not re.search(r"[^\W\d_]{2,}", bare), bare.strip()
    assert get_template(str(template.relative_to(HOME / "templates")))
