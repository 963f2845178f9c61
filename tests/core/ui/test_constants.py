"""Translated text and frames, which work out once what never changes."""

from typing import Any

import pytest
from django.template import Context, Engine, Template, TemplateSyntaxError
from django.template.loader import get_template
from django.utils import translation

from tremplin.core.templatetags.constants import Kept


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


def test_what_is_kept_is_drawn_for_its_values_and_language() -> None:
    source = (
        '{% keep who=who places=places %}{% translate "Close" %} {{ who }}{% for p in places %} {{ p }}'
        "{% endfor %}{% endkeep %}"
    )
    template = Template(source)
    for language, close in (("en", "Close"), ("fr", "Fermer")) * 2:
        with translation.override(language):
            for who in ("<Ada>", "Bo", "<Ada>"):
                page = template.render(Context({"who": who, "places": [1, who]}))
                shown = who.replace("<", "&lt;").replace(">", "&gt;")
                assert page == f"{close} {shown} 1 {shown}"


def test_what_is_kept_sees_nothing_else_of_the_page_that_came_first() -> None:
    template = Template("{% keep a=a %}[{{ a }}{{ b }}{{ csrf_token }}{{ request }}]{% endkeep %}{{ b }}")
    assert template.render(Context({"a": 1, "b": "mine", "csrf_token": "t", "request": "r"})) == "[1]mine"
    assert template.render(Context({"a": 1, "b": "yours"})) == "[1]yours"


def test_what_is_kept_is_drawn_once_and_never_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Kept, "MOST", 3)
    template = Template("{% keep a=a %}{{ a }}{% endkeep %}")
    [node] = template.nodelist
    assert isinstance(node, Kept)
    for number in [1, 1, 2, 3, 4, 5, 1]:
        assert template.render(Context({"a": number})) == str(number)
        assert len(node.known) <= 3
    drawn = node.known
    monkeypatch.setattr(node, "nodelist", None)
    assert drawn
    assert template.render(Context({"a": 1})) == "1"


@pytest.mark.parametrize("words", ["links", "a=a b", '"a"'])
def test_values_that_are_kept_have_names(words: str) -> None:
    with pytest.raises(TemplateSyntaxError, match="name=value"):
        Template(f"{{% keep {words} %}}{{% endkeep %}}")
