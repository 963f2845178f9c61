"""The rows that the parts of a page are drawn from. Small, typed, and free of any stage's words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from django.core.paginator import Page
from django.forms import BaseForm
from django.forms.formsets import BaseFormSet
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext_lazy

from tremplin.core.errors import Message
from tremplin.core.ui.amounts import number

TaskStatus = Literal["todo", "started", "done", "changed", "error", "blocked", "optional"]
_TASK_STATUS: dict[str, tuple[Message, str]] = {
    "todo": (pgettext_lazy("task", "Not started"), "info"),
    "started": (pgettext_lazy("task", "In progress"), "warn"),
    "done": (pgettext_lazy("task", "Done"), "plain"),
    "changed": (pgettext_lazy("task", "Changed since it was sent"), "warn"),
    "error": (pgettext_lazy("task", "There is a problem"), "stop"),
    "blocked": (pgettext_lazy("task", "Cannot start yet"), "plain"),
    "optional": (pgettext_lazy("task", "Optional"), "plain"),
}


@dataclass(frozen=True, slots=True)
class Task:
    """One section of long work. Without `href` it cannot be opened yet."""

    label: Message
    href: str = ""
    status: TaskStatus = "todo"
    hint: Message = ""


@dataclass(frozen=True, slots=True)
class TimelineDate:
    """One date on a timeline; `note` says what happens then."""

    label: Message
    at: datetime
    href: str = ""
    note: Message = ""


def task_rows(tasks: Iterable[Task], prefix: str) -> list[dict[str, Any]]:
    """The tasks with the words and the tone of their status."""
    return [
        {
            "id": f"{prefix}-{index}",
            "label": task.label,
            "href": task.href,
            "hint": task.hint,
            "status": _TASK_STATUS[task.status][0],
            "tone": _TASK_STATUS[task.status][1],
        }
        for index, task in enumerate(tasks, 1)
    ]


def _form_errors(form: BaseForm) -> list[dict[str, str]]:
    rows = [{"href": "", "text": str(text)} for text in form.non_field_errors()]
    for field in form:
        href = "" if field.is_hidden else getattr(field, "error_href", f"#{field.id_for_label}")
        rows.extend({"href": href, "text": str(text)} for text in field.errors)
    return rows


def error_rows(*forms: "BaseForm | BaseFormSet[Any] | None") -> list[dict[str, str]]:
    """What is wrong in all of `forms`, each with a link to its field, in the order of the page."""
    rows: list[dict[str, str]] = []
    for form in forms:
        if isinstance(form, BaseFormSet):
            rows.extend({"href": "", "text": str(text)} for text in form.non_form_errors())
            rows.extend(row for member in form.forms for row in _form_errors(member))
        elif form:
            rows.extend(_form_errors(form))
    return rows


def language_href(request: HttpRequest | None, language: str = "") -> str:
    """The page at hand in `language`, or without one: an old `?lang=` would outvote a new choice."""
    if request is None:
        return f"/?lang={language}" if language else "/"
    query = request.GET.copy()
    query.pop("lang", None)
    if language:
        query["lang"] = language
    return f"{request.path}?{query.urlencode()}" if query else request.path


def _page_href(query: QueryDict, page: int) -> str:
    query = query.copy()
    query.pop("lang", None)
    query["page"] = str(page)
    return f"?{query.urlencode()}"


def page_links(page: Page[Any], query: QueryDict) -> dict[str, Any]:
    """What the pagination shows: where we are in words, and links that keep the filters of `query`."""
    total = page.paginator.count
    first, last = number(page.start_index()), number(page.end_index())
    links = [
        {
            "label": number(label) if isinstance(label, int) else str(label),
            "name": _("Page %(page)s") % {"page": number(label)} if isinstance(label, int) else "",
            "href": _page_href(query, label) if isinstance(label, int) else "",
            "current": label == page.number,
        }
        for label in page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    ]
    if page.paginator.num_pages > 1:
        summary = _("%(first)s to %(last)s of %(total)s") % {
            "first": first,
            "last": last,
            "total": number(total),
        }
    else:
        summary = ngettext("%(total)s row", "%(total)s rows", total) % {"total": number(total)}
    return {
        "pages": page.paginator.num_pages,
        "total": total,
        "summary": summary,
        "links": links,
        "previous": _page_href(query, page.previous_page_number()) if page.has_previous() else "",
        "following": _page_href(query, page.next_page_number()) if page.has_next() else "",
    }


def count_texts(limit: int, *, words: bool) -> dict[str, str]:
    """The hint under a limited answer, and the phrases that a script fills while the person types.

    `{n}` stands for the number: the script puts it in, in the language of the page.
    """
    if words:
        text = ngettext("Up to %(limit)s word.", "Up to %(limit)s words.", limit)
        phrases = (
            ngettext("{n} word left", "{n} words left", 1),
            ngettext("{n} word left", "{n} words left", 2),
            ngettext("{n} word too many", "{n} words too many", 1),
            ngettext("{n} word too many", "{n} words too many", 2),
        )
    else:
        text = ngettext("Up to %(limit)s character.", "Up to %(limit)s characters.", limit)
        phrases = (
            ngettext("{n} character left", "{n} characters left", 1),
            ngettext("{n} character left", "{n} characters left", 2),
            ngettext("{n} character too many", "{n} characters too many", 1),
            ngettext("{n} character too many", "{n} characters too many", 2),
        )
    keys = ("left_one", "left_other", "over_one", "over_other")
    return {"text": text % {"limit": number(limit)}, **dict(zip(keys, phrases, strict=True))}


def autosave_texts() -> dict[str, str]:
    """The phrases of autosave.js; `{time}` stands for the hour."""
    return {
        "saving": _("Saving…"),
        "saved": _("Saved {time}"),
        "kept": _(
            "Not saved – kept on this device, until you sign out or for seven days at most. We will try again."
        ),
        "offline": _(
            "There is no connection, so nothing was sent. Your text is kept on this device, until you sign out or "
            "for seven days at most. Press again when the connection is back."
        ),
        "unsaved": _("Not saved. Copy your text before you leave this page."),
        "refused": _("Not saved, but kept on this device:"),
        "stale": _(
            "Not saved: this was changed in another window. Reload the page to see it; your text stays on this device."
        ),
        "found": _("This device holds text that was not saved."),
        "here": _("On this device, {time}:"),
        "since": _("Saved since then:"),
        "restore": _("Put it back"),
        "below": _("Put it below what is saved"),
        "discard": _("Throw it away"),
    }
