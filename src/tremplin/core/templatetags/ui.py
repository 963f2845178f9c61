"""`{% load ui %}`: the parts of a page. Each tag is documented with a snippet in docs/design-system.md."""

import secrets
import zlib
from collections.abc import Iterable, Mapping
from datetime import date, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.core.paginator import Page
from django.forms import BaseForm
from django.forms.formsets import BaseFormSet
from django.http import HttpRequest, QueryDict
from django.template.base import Node, NodeList, Parser, Token
from django.template.context import Context
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tremplin.core import clock
from tremplin.core.errors import Message
from tremplin.core.states import State
from tremplin.core.templatetags.constants import address
from tremplin.core.text import Text
from tremplin.core.text import colon as colon_text
from tremplin.core.text import language_name as language_name_text
from tremplin.core.text import say as say_text
from tremplin.core.ui import amounts, charts, icons, markdown, moments, parts, spots
from tremplin.core.ui.forms import BoundField
from tremplin.core.ui.posting import AGAIN
from tremplin.core.ui.shell import languages
from tremplin.core.zones import lived_by

register = template.Library()

# Stands behind an "Error:" in a title, so that the heading of the page can leave it out.
_MARK = "\N{INVISIBLE SEPARATOR}"
_SCRIPTS = ("focus", "counter", "autosave")


class RememberNode(Node):
    """Renders what is inside once and keeps it under a name, so that a block can be used in two places."""

    def __init__(self, name: str, nodelist: NodeList) -> None:
        self.name = name
        self.nodelist = nodelist

    def render(self, context: Context) -> SafeString:
        text = self.nodelist.render(context).strip()
        if _MARK in text:
            context["page_has_error"] = True
            text = SafeString(text.rpartition(_MARK)[2].strip())
        context[self.name] = SafeString(text)
        return SafeString("")


@register.tag
def remember(parser: Parser, token: Token) -> RememberNode:
    """`{% remember name %}…{% endremember %}`: for `core/base.html` alone."""
    _tag, name = token.split_contents()
    nodelist = parser.parse(("endremember",))
    parser.delete_first_token()
    return RememberNode(name, nodelist)


def _has_error(*forms: Any) -> bool:
    return any(
        isinstance(form, BaseForm | BaseFormSet) and form.is_bound and not form.is_valid() for form in forms
    )


@register.simple_tag
def error_prefix(*forms: Any) -> str:
    """`{% block title %}{% error_prefix form %}Sign in{% endblock %}` → "Error: Sign in" in the tab alone."""
    return _("Error:") + " " + _MARK if _has_error(*forms) else ""


@register.simple_tag(takes_context=True)
def page_title_text(context: Context) -> SafeString:
    """What stands in the tab: the page, then the cohort, then the site; "Error:" first where a form failed."""
    shell = context.get("shell")
    names = [
        context.get("page_title"),
        getattr(shell, "cohort_label", ""),
        getattr(shell, "site_name", "Tremplin"),
    ]
    title = format_html_join(" – ", "{}", ((name,) for name in names if name))
    failed = context.get("page_has_error") or _has_error(context.get("form"))
    return format_html("{} {}", _("Error:"), title) if failed else title


@register.simple_tag
def page_scripts(*names: str) -> SafeString:
    """The enhancements, all or those that a light page names. No page needs them: each looks for its mark and does
    nothing without it.
    """
    return format_html_join(
        "\n",
        '<script type="module" src="{}"></script>',
        ((address(f"core/js/{name}.js"),) for name in names or _SCRIPTS),
    )


@register.simple_tag(takes_context=True)
def posts_to(context: Context) -> str:
    """Where a form posts in which one types: this page, by another address than it stands at now.

    A browser without a line puts its error in the place of a page with the same address, and what was typed is gone;
    in front of one with another address, and going back brings the page with everything typed.
    """
    asked = context["request"].GET.copy()
    if asked.pop(AGAIN, None) is None:
        asked[AGAIN] = "1"
    return f"?{asked.urlencode()}"


@register.simple_tag
def wordmark(site_name: str) -> SafeString:
    """The name of the site, at home in the header."""
    return spots.wordmark(site_name or "Tremplin")


@register.simple_tag
def spot(name: str) -> SafeString:
    """A drawing for an empty place or a first page; it says nothing that the text does not."""
    return spots.spot(name)


@register.simple_tag
def icon(name: str, label: Message = "") -> SafeString:
    return icons.icon(name, str(label))


@register.simple_tag
def notice_icon(tone: str = "") -> SafeString:
    """The icon that goes with a tone, so that colour never speaks alone."""
    return icons.icon({"ok": "check", "warn": "alert", "stop": "stop"}.get(tone, "info"))


@register.inclusion_tag("core/parts/language_switch.html", takes_context=True)
def language_switch(context: Context) -> dict[str, Any]:
    """Stays on the page. Whoever is signed in posts, so that the account remembers; anyone else follows a
    plain link with `?lang=`, so that a public page needs no token and sets no cookie.
    """
    shell, request = context.get("shell"), context.get("request")
    choices = getattr(shell, "languages", None) or languages()
    if not getattr(getattr(request, "user", None), "is_authenticated", False):
        return {"choices": tuple((choice, parts.language_href(request, choice.code)) for choice in choices)}
    return {
        "action": reverse("set_language"),
        "choices": tuple((choice, "") for choice in choices),
        "next": parts.language_href(request),
        "csrf_token": context.get("csrf_token", ""),
    }


@register.simple_tag
def once() -> SafeString:
    """A hidden key that makes a second press of the same button harmless."""
    return format_html('<input type="hidden" name="once" value="{}">', secrets.token_urlsafe(12))


@register.inclusion_tag("core/parts/error_summary.html")
def error_summary(*forms: Any) -> dict[str, Any]:
    """Everything that is wrong in one or more forms or formsets; draws nothing where nothing is."""
    return {"errors": parts.error_rows(*forms)}


@register.inclusion_tag("core/parts/count_hint.html")
def count_hint(field: BoundField) -> dict[str, Any]:
    """The limit of a long answer, under it; counter.js counts down in its place."""
    return {"id": field.auto_id, **parts.count_texts(field.count_limit or 0, words=field.counts_words)}


@register.inclusion_tag("core/parts/autosave_status.html", takes_context=True)
def autosave_status(context: Context, saved: str = "") -> dict[str, Any]:
    """Where autosave.js says what it did; inside `<form data-autosave="…">`. `saved`: other words for a success.

    A page that answers a POST shows what was not saved: the script then takes nothing on it for stored.
    """
    texts = parts.autosave_texts()
    if saved:
        texts["saved"] = saved
    request = context.get("request")
    return {"texts": texts, "who": _who(request), "posted": request is not None and request.method == "POST"}


@register.inclusion_tag("core/parts/autosave_kept.html", takes_context=True)
def autosave_kept(context: Context, place: str) -> dict[str, Any]:
    """On a page that leads to forms below the address `place`: which of them this device holds unsaved text for."""
    return {"place": place, "who": _who(context.get("request"))}


def _who(request: HttpRequest | None) -> str:
    """Whose texts may be kept and offered here: several people may share a phone."""
    return str(getattr(getattr(request, "user", None), "ref", ""))


@register.inclusion_tag("core/parts/keys_toggle.html")
def keys_toggle() -> dict[str, Any]:
    """Turns the single-key shortcuts of the page on and off. Without it on the page there are none."""
    return {}


@register.inclusion_tag("core/parts/state_line.html")
def state_line(state: State, audience: str = "public", *, brief: bool = False) -> dict[str, Any]:
    """The state in the words of its reader, and one sentence on what comes next."""
    return {
        "name": state.staff if audience == "staff" else state.public,
        "next": "" if brief else state.next,
        "tone": state.tone,
    }


@register.inclusion_tag("core/parts/task_list.html")
def task_list(tasks: Iterable[parts.Task]) -> dict[str, Any]:
    """Sections of long work, each with its status."""
    rows = list(tasks)
    prefix = f"task-{zlib.crc32(repr([(task.href, str(task.label)) for task in rows]).encode()):x}"
    return {"tasks": parts.task_rows(rows, prefix)}


@register.inclusion_tag("core/parts/timeline.html")
def timeline(dates: Iterable[parts.TimelineDate], now: datetime | None = None) -> dict[str, Any]:
    """The dates of something, with where we are between them."""
    return charts.timeline_context(dates, now or clock.now())


@register.inclusion_tag("core/parts/empty_state.html")
def empty_state(
    title: Message, text: Message = "", href: str = "", label: Message = "", spot: str = "empty"
) -> dict[str, Any]:
    """What stands where there is nothing yet: what will be here, and what to do about it."""
    return {"title": title, "text": text, "href": href, "label": label, "spot": spots.spot(spot)}


@register.inclusion_tag("core/parts/pages.html", takes_context=True)
def pages(context: Context, page: Page[Any]) -> dict[str, Any]:
    """Links through a long list that keep its filters."""
    request = context.get("request")
    return parts.page_links(page, request.GET if request else QueryDict())


@register.simple_tag
def funnel(rows: Iterable[charts.FunnelRow], title: Message = "") -> SafeString:
    return charts.funnel(rows, title)


@register.simple_tag
def intervals(rows: Iterable[charts.Interval], title: Message = "", cut: float | None = None) -> SafeString:
    return charts.intervals(rows, title, cut)


@register.simple_tag
def curve(data: charts.Curve, title: Message = "", desc: str = "") -> SafeString:
    return charts.curve(data, title, desc)


@register.simple_tag
def load_bars(rows: Iterable[charts.Load], title: Message = "") -> SafeString:
    return charts.load_bars(rows, title)


@register.simple_tag
def bars(rows: Iterable[charts.Bar], title: Message = "") -> SafeString:
    return charts.bars(rows, title)


@register.simple_tag
def share_bar(segments: Iterable[charts.Segment], title: Message = "") -> SafeString:
    return charts.share_bar(segments, title)


@register.simple_tag
def progress(done: float, total: float, label: Message = "") -> SafeString:
    return charts.progress(done, total, label)


@register.simple_tag
def spark(values: Iterable[float | None], label: Message = "") -> SafeString:
    return charts.spark(values, label)


@register.simple_tag
def money(minor: int | None, currency: str) -> SafeString:
    """Integer minor units in the language of the page; an en dash for no amount."""
    if minor is None:
        return SafeString("–")
    return format_html(
        '<data class="money" value="{} {}">{}</data>',
        amounts.major(minor, currency),
        currency,
        amounts.money(minor, currency),
    )


@register.simple_tag(takes_context=True)
def when(
    context: Context,
    moment: datetime | date | None,
    style: moments.Style = "long",
    zone: str | tzinfo | None = None,
    *,
    utc: bool = False,
    bare: bool = False,
) -> str:
    """A moment in `zone`; without one, an hour of something done on the reader's own clock, where we know it.

    A day alone, and a deadline (`utc=True`), are those of the page: their hour means something there.
    """
    hour_of_a_deed = not utc and style not in {"date", "day"}
    return moments.when(
        moment, style, _zone(zone) or (_own_zone(context) if hour_of_a_deed else None), utc=utc, bare=bare
    )


def _zone(zone: str | tzinfo | None) -> tzinfo | None:
    return (ZoneInfo(zone) if zone else None) if isinstance(zone, str) else zone


def _own_zone(context: Context) -> tzinfo | None:
    """The zone that the reader lives by; None for nobody, and while it is not known."""
    user = getattr(context.get("request"), "user", None)
    return lived_by(str(getattr(user, "time_zone", "")))


@register.simple_tag(takes_context=True)
def clock_note(context: Context, zone: str | tzinfo | None = None) -> SafeString:
    """In the caption of a table with moments: by which clock all of them are, so that no cell has to say it."""
    return format_html(
        '<small class="clock">{}</small>', moments.clock_text_of(_zone(zone) or _own_zone(context))
    )


@register.simple_tag
def sort_heading(column: Mapping[str, str], label: str, css: str = "") -> SafeString:
    """The heading of a column that sorts: `column` knows how it is `sorted` and the `href` that turns it around."""
    way = column["sorted"]
    return format_html(
        '<th scope="col"{}{}><a class="sort" href="?{}">{} <span aria-hidden="true">{}</span></a></th>',
        format_html(' class="{}"', css) if css else "",
        format_html(' aria-sort="{}"', way) if way else "",
        column["href"],
        label,
        {"ascending": "↑", "descending": "↓"}.get(way, "↕"),
    )


@register.filter
def language_name(code: str) -> str:
    """What a language is called inside a sentence: « anglais » with a small letter, “English” with a capital."""
    return language_name_text(code)


@register.simple_tag
def colon() -> str:
    """Between a name and what is said of it, `{{ name }}{% colon %} {{ said }}`: with the space that French wants."""
    return colon_text()


@register.filter
def number(value: float | None, digits: int = 2) -> str:
    return amounts.number(value, digits)


@register.filter
def percent(share: float | None) -> str:
    return amounts.percent(share)


@register.filter
def say(text: Text | str | None) -> str:
    """A text in several languages, in that of the page."""
    return say_text(text) if text else ""


@register.filter(name="markdown")
def markdown_filter(source: str | None, top: int = 2) -> SafeString:
    """Markdown as safe HTML, its first heading `<h2>`, or `<h{top}>`."""
    return markdown.render(source or "", top)
