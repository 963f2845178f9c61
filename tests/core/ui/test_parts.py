"""The tags, as a page uses them."""

import re
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.template import engines
from django.test import RequestFactory
from django.utils import timezone, translation

from tremplin.core.states import State
from tremplin.core.ui import icons, spots
from tremplin.core.ui.charts import Bar, FunnelRow, Interval, Load, Segment
from tremplin.core.ui.parts import Task, TimelineDate
from tremplin.core.ui.views import design

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)
STATE = State("read", staff="Under <review>", public="Being read", next="Wait & see.", tone="warn")


def draw(source: str, **context: Any) -> str:
    return str(engines["django"].from_string("{% load ui %}" + source).render(context))


def test_a_state_speaks_to_its_reader() -> None:
    public = draw("{% state_line state %}", state=STATE)
    assert '<span class="tag tag--warn">Being read</span>' in public
    assert "Wait &amp; see." in public
    staff = draw('{% state_line state "staff" brief=True %}', state=STATE)
    assert "Under &lt;review&gt;" in staff
    assert "Wait" not in staff


def test_tasks_show_their_status_and_only_those_that_can_be_opened_are_links() -> None:
    tasks = [
        Task("One <b>", "/1", "done"),
        Task("Two", "/2", "error", "A hint"),
        Task("Three", status="blocked"),
    ]
    with translation.override("fr"):
        html = draw("{% task_list tasks %}{% task_list others %}", tasks=tasks, others=[Task("One", "/x")])
    assert "One &lt;b&gt;" in html
    assert html.count("<a ") == 3
    assert "Fait" in html
    assert "À corriger" in html
    described = re.findall(r'aria-describedby="([^"]*)"', html)
    ids = re.findall(r' id="([^"]*)"', html)
    assert len(ids) == len(set(ids)) == 4
    assert set(described) <= set(ids)


def test_a_key_guards_one_form_and_no_other() -> None:
    keys = re.findall(r'name="once" value="([^"]{16})"', draw("{% once %}{% once %}"))
    assert len(set(keys)) == 2


def test_nothing_yet_says_what_will_be_here_and_what_to_do() -> None:
    html = draw('{% empty_state title "They come." "/call" "Look" %}', title="None <b>")
    assert "None &lt;b&gt;" in html
    assert '<a class="button" href="/call">Look</a>' in html
    assert "<a " not in draw('{% empty_state "None" spot="mail" %}')


def pages(number: int, rows: int = 10_000, query: str = "?q=a%26b&page=3&lang=fr") -> str:
    page = Paginator(range(rows), 50).get_page(number)
    return draw("{% pages page %}", page=page, request=RequestFactory().get(f"/list/{query}"))


def test_pages_keep_the_filters_and_say_where_one_is() -> None:
    with translation.override("en"):
        html = pages(3)
    assert 'href="?q=a%26b&amp;page=4"' in html
    assert "101 to 150 of 10,000" in html
    assert '<a aria-current="page" href="?q=a%26b&amp;page=3">3</a>' in html
    assert 'aria-label="Page 200"' in html
    assert html.count("<span>…</span>") == 1
    assert "lang=" not in html


def test_the_ends_have_one_neighbour() -> None:
    assert 'rel="prev"' not in pages(1)
    assert 'rel="next"' not in pages(200)


@pytest.mark.parametrize(
    ("rows", "language", "text"),
    [(1, "en", "1 row"), (2, "en", "2 rows"), (0, "fr", ""), (1, "fr", "1 ligne"), (2, "fr", "2 lignes")],
)
def test_a_short_list_only_counts(rows: int, language: str, text: str) -> None:
    with translation.override(language):
        html = pages(1, rows)
    assert re.sub(r"<[^>]*>", "", html).strip() == text


def test_pages_stand_without_a_request() -> None:
    page = Paginator(range(100), 50).get_page(1)
    assert 'href="?page=2"' in draw("{% pages page %}", page=page)


def test_money_carries_its_exact_value() -> None:
    with translation.override("en"):
        html = draw('{% money minor "TND" %} {% money nothing "EUR" %}', minor=1_500, nothing=None)
    assert html == '<data class="money" value="1.500 TND">TND\xa01.500</data> –'


def test_a_moment_can_be_shown_in_a_zone_by_name() -> None:
    with translation.override("en"), timezone.override(UTC):
        assert "13:00 (Paris)" in draw('{% when at "time" "Europe/Paris" %}', at=NOW)
        assert "12:00 UTC" in draw('{% when at "time" %}', at=NOW)


def asked_by(zone: str) -> Any:
    request: Any = HttpRequest()
    request.user = SimpleNamespace(time_zone=zone)
    return request


@pytest.mark.parametrize(
    ("zone", "told"),
    [("Europe/Paris", "13:00 (Paris)"), ("UTC", "04:00 (Los Angeles)"), ("Mars/Olympus", "04:00")],
)
def test_the_hour_of_a_deed_is_on_the_readers_own_clock_where_it_is_known(zone: str, told: str) -> None:
    """An account begins in UTC, which says nothing about where somebody lives: then the page's own clock is right."""
    with translation.override("en"), timezone.override("America/Los_Angeles"):
        assert told in draw('{% when at "time" %}', at=NOW, request=asked_by(zone))
        place = "Paris" if zone == "Europe/Paris" else "Los Angeles"
        assert f"Times: {place}" in draw("{% clock_note %}", request=asked_by(zone))


def test_deadlines_and_days_stay_those_of_the_page_whoever_reads() -> None:
    request = asked_by("Europe/Paris")
    late = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)
    with translation.override("en"), timezone.override("America/Los_Angeles"):
        assert "22:30 (Los Angeles)" in draw("{% when at utc=True %}", at=late, request=request)
        assert ">22 November 2026<" in draw('{% when at "date" %}', at=late, request=request)
        assert "06:30 UTC" in draw('{% when at "time" "UTC" %}', at=late, request=request)
        assert "Times: UTC" in draw('{% clock_note "UTC" %}', request=request)


def test_filters_speak_the_language_of_the_page() -> None:
    source = "{{ text|say }} {{ n|number }} {{ s|percent }} {{ none|say }}|{{ plain|say }}"
    with translation.override("fr"):
        html = draw(source, text={"en": "Hello", "fr": "Bonjour <b>"}, n=1234.5, s=0.5, none=None, plain="x")
    assert html == "Bonjour &lt;b&gt; 1\u202f234,5 50\xa0% |x"


def test_markdown_begins_below_the_heading_of_its_section() -> None:
    assert draw("{{ text|markdown:3 }}", text="# A").strip() == "<h3>A</h3>"
    assert draw("{{ text|markdown }}", text=None) == ""


def test_charts_can_be_drawn_by_tag() -> None:
    html = draw(
        '{% funnel f "F" %}{% load_bars l %}{% intervals i "I" 2 %}{% bars b %}{% share_bar s %}{% progress 7 40 %}'
        "{% spark v %}{% timeline d now %}",
        f=[FunnelRow("a", 1)],
        l=[Load("a", 1, 2, 3)],
        i=[Interval("a", 1, 2, 3)],
        b=[Bar("a", 1)],
        s=[Segment("a", 1)],
        v=[1, 2],
        d=[
            TimelineDate("Opens", NOW - timedelta(days=1)),
            TimelineDate("Closes", NOW + timedelta(days=1), note="<b>"),
        ],
        now=NOW,
    )
    assert html.count("<figure") == 6
    assert "7 of 40" in html
    assert "&lt;b&gt;" in html


def test_a_timeline_without_a_given_moment_uses_the_clock() -> None:
    html = draw("{% timeline d %}", d=[TimelineDate("Once", NOW)])
    assert "Once" in html


def test_autosave_and_shortcuts_bring_their_words() -> None:
    with translation.override("fr"):
        html = draw("{% autosave_status %}{% keys_toggle %}")
    assert 'data-saved="Enregistré à {time}"' in html
    assert 'data-on="Désactiver les raccourcis clavier"' in html
    assert "hidden" in html


@pytest.mark.parametrize("name", icons.NAMES)
def test_an_icon_is_silent_unless_it_is_named(name: str) -> None:
    assert 'aria-hidden="true"' in draw("{% icon name %}", name=name)
    assert 'role="img" aria-label="A &amp; B"' in draw("{% icon name label %}", name=name, label="A & B")


@pytest.mark.parametrize("name", spots.NAMES)
def test_a_drawing_is_silent_and_has_no_colours_of_its_own(name: str) -> None:
    html = draw("{% spot name %}", name=name)
    assert 'aria-hidden="true"' in html
    assert not re.search(r"fill=|stroke=|style=|#[0-9a-f]{3}", html)


def test_an_unknown_icon_is_a_fault_of_the_page_and_shows() -> None:
    with pytest.raises(KeyError):
        draw('{% icon "nonesuch" %}')


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_the_page_of_all_parts_draws_each_of_them(
    language: str, method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines["django"].engine, "template_context_processors", ())
    request = getattr(RequestFactory(), method)("/design/", {})
    with translation.override(language):
        html = design(request).content.decode()
    assert html.count("<figure") >= 7
    assert ('role="alert"' in html) is (method == "post")
    assert all(f"<code>{name}</code>" in html for name in spots.NAMES)
