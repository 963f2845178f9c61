"""French of the years after selection: all of it there, and set as French is set."""

from importlib.resources import files

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from tests.programmes.typography import slips

APPS = ("mentoring", "stipends", "projects")


def catalogue(app: str) -> Catalog:
    path = files(f"tremplin.{app}").joinpath("locale/fr/LC_MESSAGES/django.po")
    with path.open("rb") as file:
        return read_po(file, locale="fr")


@pytest.mark.parametrize("app", APPS)
def test_every_sentence_speaks_french(app: str) -> None:
    missing = [
        message.id
        for message in catalogue(app)
        if message.id and (message.fuzzy or not all(_texts(message.string)))
    ]
    assert not missing


@pytest.mark.parametrize("app", APPS)
def test_french_is_set_as_french_is_set(app: str) -> None:
    found = [
        slip
        for message in catalogue(app)
        if message.id
        for text in _texts(message.string)
        for slip in slips(text)
    ]
    assert not found


@pytest.mark.parametrize("app", APPS)
def test_a_sentence_keeps_its_placeholders(app: str) -> None:
    wrong = [message.id for message in catalogue(app) if message.id and list(message.check())]
    assert not wrong


def _texts(string: str | tuple[str, ...]) -> tuple[str, ...]:
    return (string,) if isinstance(string, str) else tuple(string)
