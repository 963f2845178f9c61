"""Two things joined by a colon: in French a no-break space stands before it, so no template writes it bare."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template import engines
from django.utils import translation

from tremplin.core.text import joined, language_name

SOURCE = Path(__file__).parents[1] / "src" / "tremplin"
_TRANSLATED = re.compile(r"{% blocktrans(?:late)?\b.*?{% endblocktrans(?:late)? %}", re.DOTALL)
_BARE = re.compile(r"(?:\}\}|%\})(?:</?\w+[^>]*>)*\s?:(?=\s|</)")
_NAME_IN_CAPITALS = re.compile(r"{{ [\w.]*name_translated }}")
FRENCH = "\N{NO-BREAK SPACE}:"


def bare(template: str) -> list[str]:
    """Each bare colon with what stands before it; what a catalogue translates is the catalogue's to say."""
    return _BARE.findall(_TRANSLATED.sub("", template))


@pytest.mark.parametrize("path", sorted(SOURCE.rglob("templates/**/*.html")), ids=lambda path: path.name)
def test_no_template_joins_two_things_by_a_bare_colon(path: Path) -> None:
    text = path.read_text("utf-8")
    assert bare(text) == [], "write {{ name }}{% colon %} {{ said }}"
    assert not _NAME_IN_CAPITALS.search(text), "write {{ code|language_name }} inside a sentence"


@pytest.mark.parametrize(
    "template",
    [
        "{{ label }}: {{ count }}",
        "{{ label }}: {% translate 'result' %}",
        '{% translate "Change" %}<span class="visually-hidden">: {{ label }}</span>',
        "<strong>{{ label }}:</strong> {{ said }}",
        "{% endif %}:\n{{ said }}",
    ],
)
def test_a_bare_colon_would_be_found(template: str) -> None:
    assert bare(template)


def test_other_colons_are_none_of_ours() -> None:
    assert not bare(
        '<input value="{{ ref }}:{{ mark }}">{% blocktranslate %}{{ a }}: {{ b }}{% endblocktranslate %}'
    )


def test_what_is_joined_has_the_space_of_its_language() -> None:
    draw = engines["django"].from_string("{{ a }}{% colon %} {{ b }}").render
    with translation.override("en"):
        assert draw({"a": "Place", "b": "Orléans"}) == joined("Place", "Orléans") == "Place: Orléans"
    with translation.override("fr"):
        assert draw({"a": "Lieu", "b": "Orléans"}) == joined("Lieu", "Orléans") == f"Lieu{FRENCH} Orléans"


def test_a_language_has_a_small_letter_in_a_french_sentence_and_a_capital_in_an_english_one() -> None:
    draw = engines["django"].from_string("{{ code|language_name }}").render
    told = {}
    for spoken, _name in settings.LANGUAGES:
        with translation.override(spoken):
            told[spoken] = [language_name("en"), draw({"code": "fr"})]
    assert told == {"en": ["English", "French"], "fr": ["anglais", "français"]}
