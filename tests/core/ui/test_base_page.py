"""The frame of every page: what stands in it for whom, and that it never leans on script or style in the page."""

import gzip
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.template import engines
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

from tremplin import core
from tremplin.core.ui.samples import SampleForm
from tremplin.core.ui.shell import NavLink, Shell, languages

PAGE = '{% extends "core/base.html" %}{% block title %}Sign <i>in</i>{% endblock %}'
FULL = Shell(
    nav=[
        NavLink("Desk", "/desk/"),
        NavLink("Cohort", "/m/", current="true", pages=(NavLink("Mentors & co", "/m/", current="page"),)),
    ],
    cohort_label="Atlas 2027",
    cohort_href="/atlas/",
    account_links=[NavLink("Amina", "/account/"), NavLink("Sign out", "/out/", post=True)],
    footer_links=[NavLink("Accessibility", "/accessibility/")],
    notice="Demonstration.",
)


def request(path: str = "/page/?q=a&page=2&lang=en", *, signed_in: bool = False) -> Any:
    made: Any = RequestFactory().get(path)
    made.user = SimpleNamespace(is_authenticated=signed_in)
    return made


def draw(source: str = PAGE, **context: Any) -> str:
    """Without context processors: what is not handed over is not there."""
    return str(engines["django"].from_string(source).render(context))


def heading(html: str) -> str:
    found = re.findall(r"<h1>(.*?)</h1>", html, re.DOTALL)
    assert len(found) == 1
    return str(found[0])


def title(html: str) -> str:
    found = re.search(r"<title>(.*?)</title>", html)
    assert found
    return found[1]


def test_a_page_stands_without_any_context() -> None:
    html = draw()
    assert '<html lang="en" dir="ltr">' in html
    assert heading(html) == "Sign <i>in</i>"
    assert title(html) == "Sign <i>in</i> – Tremplin"
    assert "site-nav" not in html


def test_the_skip_link_is_the_first_stop_and_leads_to_the_content() -> None:
    html = draw(shell=FULL)
    assert re.findall(r"<(?:a|button|input)[^>]*>", html)[0] == '<a class="skip" href="#main">'
    assert html.count('id="main"') == 1


def test_the_frame_shows_what_the_shell_holds() -> None:
    html = draw(shell=FULL, request=request(signed_in=True), csrf_token="token")
    assert title(html) == "Sign <i>in</i> – Atlas 2027 – Tremplin"
    assert '<a href="/desk/">Desk</a>' in html
    assert '<a href="/m/" aria-current="true">Cohort</a><ul>' in html
    assert '<a href="/m/" aria-current="page">Mentors &amp; co</a>' in html
    assert '<a class="site-header__cohort" href="/atlas/">Atlas 2027</a>' in html
    assert re.search(
        r'<form method="post" action="/out/" data-forget>.*?value="token".*?Sign out', html, re.DOTALL
    )
    assert "Demonstration." in html


def test_the_heading_may_differ_from_the_title() -> None:
    html = draw(PAGE + "{% block heading %}Welcome{% endblock %}")
    assert heading(html) == "Welcome"
    assert title(html).startswith("Sign")


def test_a_first_page_has_a_drawing_beside_its_heading() -> None:
    html = draw(PAGE + '{% block spot %}{% spot "home" %}{% endblock %}')
    assert '<div class="page-header hero">' in html
    assert html.count('class="spot"') == 1
    assert "hero" not in draw()


def test_lead_and_aside_leave_no_trace_where_they_are_empty() -> None:
    bare = draw(PAGE + "{% block aside %}  {% endblock %}")
    assert 'class="lead"' not in bare
    assert "<aside" not in bare
    full = draw(PAGE + "{% block lead %}More.{% endblock %}{% block aside %}Help{% endblock %}")
    assert '<p class="lead">More.</p>' in full
    assert '<main id="main" tabindex="-1" class="with-aside">' in full
    assert full.count("Help") == 1


@pytest.mark.parametrize(
    "source",
    [
        '{% extends "core/base.html" %}{% block title %}{% error_prefix form %}Apply{% endblock %}',
        '{% extends "core/base.html" %}{% block title %}Apply{% endblock %}',
    ],
    ids=["asked for", "of itself"],
)
def test_a_failed_form_is_said_first_in_the_tab_but_not_in_the_heading(source: str) -> None:
    failed = SampleForm({"name": "A"})
    failed.is_valid()
    html = draw(source, form=failed)
    assert title(html) == "Error: Apply – Tremplin"
    assert heading(html) == "Apply"
    assert title(draw(source, form=SampleForm())) == "Apply – Tremplin"
    with translation.override("fr"):
        assert title(draw(source, form=failed)) == "Erreur\u00a0: Apply – Tremplin"


def test_a_second_form_can_be_named_in_the_title() -> None:
    failed = SampleForm({})
    source = '{% extends "core/base.html" %}{% block title %}{% error_prefix one two %}Apply{% endblock %}'
    assert title(draw(source, one=SampleForm(), two=failed)).startswith("Error: ")


def test_messages_are_announced_with_their_tone_and_an_icon() -> None:
    message = SimpleNamespace(tags="ok", __str__=lambda self: "x")
    html = draw(messages=[message, SimpleNamespace(tags="")])
    assert 'role="status"' in html
    assert 'class="notice notice--ok"' in html
    assert 'class="notice notice--info"' in html


def test_visitors_change_language_by_a_link_that_keeps_the_page_and_needs_no_token() -> None:
    html = draw(request=request())
    assert '<a href="/page/?q=a&amp;page=2&amp;lang=fr" hreflang="fr" lang="fr">Français</a>' in html
    assert "<form" not in html


def test_people_with_an_account_change_it_by_a_post_that_keeps_the_page() -> None:
    html = draw(request=request(signed_in=True), csrf_token="token")
    assert 'name="next" value="/page/?q=a&amp;page=2"' in html
    assert 'name="language" value="fr" lang="fr"' in html
    assert '<span lang="en" aria-current="true">English</span>' in html


def test_a_page_without_request_can_still_change_language() -> None:
    assert 'href="/?lang=fr"' in draw()


def test_languages_are_named_in_themselves() -> None:
    with translation.override("fr"):
        assert [(item.name, item.current) for item in languages()] == [("English", False), ("Français", True)]


def test_another_site_name_takes_the_place_of_ours() -> None:
    html = draw(shell=Shell(site_name="Élan <b>"))
    assert title(html).endswith("– Élan &lt;b&gt;")
    assert (
        '<span class="wordmark__name" aria-label="Élan &lt;b&gt;, first page" role="img">Élan &lt;b&gt;</span>'
        in html
    )


def test_a_right_to_left_page_says_so() -> None:
    with translation.override("ar"):
        assert '<html lang="ar" dir="rtl">' in draw()


@pytest.mark.parametrize("name", ["core/error.html", "core/broken.html"])
def test_pages_about_faults_need_nothing_that_may_be_broken(name: str) -> None:
    html = render_to_string(name, {})
    assert "<h1>" in html
    assert "</html>" in html


def test_the_last_resort_speaks_both_languages() -> None:
    html = render_to_string("core/broken.html")
    assert '<html lang="en">' in html
    assert '<div class="content" lang="fr">' in html


@pytest.mark.parametrize("status", [403, 404, 409, 413, 422, 429, 500])
def test_an_error_page_says_what_happened_and_what_to_do(status: int) -> None:
    html = render_to_string(
        "core/error.html", {"status": status, "title": "No", "message": "It did not.", "remedy": "Do this."}
    )
    assert heading(html) == "No"
    assert "It did not." in html
    assert "Do this." in html
    assert f"Code {status}" in html
    assert "<textarea" not in html


def test_an_error_page_gives_back_what_was_typed_to_copy_and_nothing_else() -> None:
    html = render_to_string(
        "core/error.html", {"title": "No", "typed": [("Why <b>", "</textarea><script>\nline")]}
    )
    assert re.search(
        r'<textarea id="typed-1" rows="4" readonly dir="auto">&lt;/textarea&gt;&lt;script&gt;\nline<', html
    )
    assert '<label for="typed-1">Why &lt;b&gt;</label>' in html
    assert "name=" not in html.split("<main")[1].split("</main>")[0]


def test_nothing_runs_or_is_styled_in_the_page() -> None:
    html = draw(shell=FULL, request=request(signed_in=True)) + render_to_string(
        "core/error.html", {"typed": [("a", "b")]}
    )
    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", html)
    for script in re.findall(r"<script[^>]*>.*?</script>", html):
        assert re.fullmatch(r'<script type="module" src="/static/core/js/\w+\.js"></script>', script)
    assert not re.search(r'(?:src|href)="(?:https?:)?//', html)


def test_the_first_view_of_a_page_weighs_less_than_twenty_kilobytes() -> None:
    static = Path(core.__file__).parent / "static" / "core"
    files = [static / "tremplin.css", static / "icon.svg", *(static / "js").glob("*.js")]
    form = (
        PAGE
        + "{% block content %}{% error_summary form %}<form method='post'>{{ form }}</form>{% endblock %}"
    )
    page = draw(form, shell=FULL, request=request(signed_in=True), form=SampleForm({}))
    weight = sum(
        len(gzip.compress(body, 9)) for body in (page.encode(), *(path.read_bytes() for path in files))
    )
    assert weight <= 20_000
