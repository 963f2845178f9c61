"""Translated text and frames, which work out once what never changes."""

from typing import Any

import pytest
from django.template import Context, Engine, Template
from django.template.loader import get_template
from django.utils import translation


def said(source: str, **values: Any) -> dict[str, str]:
    """What a template says in each language, asked twice: the second answer comes from what is known."""
    template = Template(source)
    found: dict[str, str] = {}
    for language in ("en", "fr", "en", "fr"):
        with translation.override(language):
            text = template.render(Context(values))
        assert found.setdefault(language, text) == text
    return found


@pytest.mark.parametrize("load", ["", "{% load i18n %}", "{% load static i18n ui %}"])
def test_text_is_said_in_the_language_of_each_page(load: str) -> None:
    assert said(load + '{% translate "Menu" %}|{% blocktranslate %}Close{% endblocktranslate %}') == {
        "en": "Menu|Close",
        "fr": "Menu|Fermer",
    }


def test_text_with_a_context_has_its_own_words() -> None:
    found = said('{% translate "Programme" context "navigation" %}')
    assert found["en"] == "Programme"


def test_what_is_put_into_text_is_each_pages_own_and_is_escaped() -> None:
    template = Template(
        "{% blocktranslate with name=who %}Hello {{ name }}, 100% of {{ site }}{% endblocktranslate %}"
        "{% translate word %}{% translate 'Menu' as kept %}[{{ kept }}]"
    )
    for who in ("<Ada>", "Bo"):
        page = template.render(Context({"who": who, "site": "this", "word": "Close"}))
        assert page == f"Hello {who.replace('<', '&lt;').replace('>', '&gt;')}, 100% of thisClose[Menu]"


def test_numbers_choose_their_words_each_time() -> None:
    template = Template(
        "{% blocktranslate count n=n %}one file of {{ all }}{% plural %}"
        "{{ n }} files of {{ all }}{% endblocktranslate %}"
    )
    assert [template.render(Context({"n": n, "all": 9})) for n in (1, 3, 1)] == [
        "one file of 9",
        "3 files of 9",
        "one file of 9",
    ]


def test_a_page_stands_in_its_frame_whichever_page_was_made_before() -> None:
    frames = {
        "frame": "({% block a %}-{% endblock %}|{% block b %}-{% endblock %})",
        "room": '{% extends "frame" %}{% block a %}room{% block c %}{% endblock %}{% endblock %}',
        "one": '{% extends "room" %}{% block b %}one{% endblock %}',
        "two": "{% extends frame %}{% block a %}[{{ block.super }}]{% endblock %}{% block c %}!{% endblock %}",
    }
    engine = Engine(
        loaders=[
            ("django.template.loaders.cached.Loader", [("django.template.loaders.locmem.Loader", frames)])
        ],
        builtins=["tremplin.core.templatetags.constants"],
    )
    for _time in range(2):
        assert engine.get_template("one").render(Context()) == "(room|one)"
        assert engine.get_template("two").render(Context({"frame": "room"})) == "([room!]|-)"
        assert engine.get_template("two").render(Context({"frame": "frame"})) == "([-]|-)"
        assert engine.get_template("frame").render(Context()) == "(-|-)"


def test_the_pages_of_the_house_use_it() -> None:
    shell: Any = get_template("core/base.html")
    names = {type(node).__module__ for node in shell.template.nodelist.get_nodes_by_type(object)}
    assert "tremplin.core.templatetags.constants" in names
