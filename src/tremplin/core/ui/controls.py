"""The commonest controls, written as Django's own templates write them, in a tenth of the time.

Django draws each box as a page of two or three templates. A page with a form has up to fifty.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

Widget = Mapping[str, Any]
_KINDS = (
    "checkbox", "color", "date", "datetime", "email", "file", "hidden", "input", "number", "password", "search",
    "tel", "text", "time", "url",
)  # fmt: skip


def _said(value: Any) -> str:
    """As text in which nothing is markup, unless it says of itself that it is."""
    return conditional_escape(value if isinstance(value, str) else str(value))


def _attributes(widget: Widget) -> Iterator[str]:
    for name, value in widget["attrs"].items():
        if value is True:
            yield f" {_said(name)}"
        elif value is not False:
            yield f' {_said(name)}="{_said(value)}"'


def _input(widget: Widget) -> SafeString:
    value = widget["value"]
    shown = "" if value is None else f' value="{_said(value)}"'
    named = f'<input type="{_said(widget["type"])}" name="{_said(widget["name"])}"'
    return SafeString(f"{named}{shown}{''.join(_attributes(widget))}>")  # every part is escaped above


def _textarea(widget: Widget) -> SafeString:
    text = _said(widget["value"]) if widget["value"] else ""
    named = f'<textarea name="{_said(widget["name"])}"'
    return SafeString(
        f"{named}{''.join(_attributes(widget))}>\n{text}</textarea>"
    )  # every part is escaped above


def _option(widget: Widget) -> SafeString | None:
    """One of several, whose label stands beside it."""
    return None if widget.get("wrap_label") else _input(widget)


_DRAWN: Final[dict[str, Callable[[Widget], SafeString | None]]] = {
    **{f"django/forms/widgets/{kind}.html": _input for kind in _KINDS},
    **{f"django/forms/widgets/{kind}_option.html": _option for kind in ("checkbox", "radio")},
    "django/forms/widgets/textarea.html": _textarea,
}


def drawn(template_name: str, context: Mapping[str, Any]) -> SafeString | None:
    """What Django's template of this name says; None for those that are left to it."""
    draw = _DRAWN.get(template_name)
    return draw(context["widget"]) if draw else None
