"""The French catalogue of the core: whole, and set as French is."""

import re
from pathlib import Path

from babel.messages.pofile import read_po
from django.utils import translation

from tremplin import core
from tremplin.core.ui.parts import count_texts

PATH = Path(core.__file__).parent / "locale" / "fr" / "LC_MESSAGES" / "django.po"


def entries() -> list[tuple[str, list[str]]]:
    with PATH.open("rb") as file:
        messages = [message for message in read_po(file) if message.id]
    return [
        (
            message.id[0] if isinstance(message.id, tuple) else message.id,
            list(message.string) if isinstance(message.string, tuple) else [message.string],
        )
        for message in messages
        if not message.fuzzy
    ]


def test_every_sentence_has_its_french() -> None:
    assert [source for source, texts in entries() if not all(texts)] == []
    assert len(entries()) > 150


def test_placeholders_survive_translation() -> None:
    for source, texts in entries():
        for text in texts:
            assert set(re.findall(r"%\(\w+\)s|\{\w+\}", text)) == set(
                re.findall(r"%\(\w+\)s|\{\w+\}", source)
            ), source


def test_french_punctuation_does_not_break_from_its_word() -> None:
    for _source, texts in entries():
        for text in texts:
            assert not re.search(r" [:;?!»]|« |'", text.replace(' href="#words"', "")), text


def test_french_counts_zero_and_one_alike() -> None:
    with translation.override("fr"):
        assert count_texts(1, words=True)["text"] == "1 mot au plus."
        assert count_texts(2, words=True)["text"] == "2 mots au plus."
        assert count_texts(0, words=False)["text"] == "0 caractère au plus."
        assert count_texts(300, words=True)["over_one"] == "{n} mot de trop"
        assert count_texts(300, words=True)["left_other"] == "Il reste {n} mots"
