"""Our icons: one stroke, round ends, a full dot where there is a person. Always beside text."""

from django.utils.html import format_html
from django.utils.safestring import SafeString

_PATHS = {
    "add": "M12 5v14M5 12h14",
    "alert": "M12 3.5 2.5 20h19zM12 10v4.5M12 17.3v.2",
    "back": "M14.5 5.5 8 12l6.5 6.5",
    "book": "M12 6.5C9.5 4.7 6.5 4.5 3.5 5v13.5c3-.5 6-.3 8.5 1.5 2.5-1.8 5.5-2 8.5-1.5V5c-3-.5-6-.3-8.5 1.5zm0 0V20",
    "calendar": "M4 6.5h16V20H4zM4 11h16M8.5 3.5v5M15.5 3.5v5",
    "chat": "M4 5h16v11h-9l-4.5 4V16H4z",
    "check": "M4.5 12.5 10 18 20 6.5",
    "clock": "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM12 7.5V12l3.2 2.2",
    "close": "M6 6l12 12M18 6 6 18",
    "code": "M8.5 7 3.5 12l5 5M15.5 7l5 5-5 5",
    "download": "M12 4v11.5M7 11l5 5 5-5M4.5 20h15",
    "edit": "M4.5 19.5 5.5 15 16 4.5l3.5 3.5L9 18.5z",
    "external": "M13.5 4.5h6v6M19.5 4.5 11 13M17 14v5.5H4.5V7H10",
    "eye": "M2.5 12C5 7.5 8.3 5.5 12 5.5s7 2 9.5 6.5c-2.5 4.5-5.8 6.5-9.5 6.5S5 16.5 2.5 12zM12 9.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5z",
    "file": "M6 3.5h8l4.5 4.5v12.5H6zM14 3.5V8h4.5",
    "filter": "M4 6h16M7 12h10M10 18h4",
    "flag": "M6 21V4M6 4.5h12l-3 4 3 4H6",
    "forward": "M9.5 5.5 16 12l-6.5 6.5",
    "globe": "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM3.5 12h17M12 3.5c-5 5-5 12 0 17 5-5 5-12 0-17z",
    "hand": "M7.5 12.5V7a1.5 1.5 0 0 1 3 0V5a1.5 1.5 0 0 1 3 0v2a1.5 1.5 0 0 1 3 0v7c0 4-2 6.5-5 6.5-3.5 0-5-2-7-6.5l1.5-1z",
    "info": "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM12 11v5.5M12 7.5v.2",
    "key": "M8 10.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9zM11.5 12 20 3.5M16 7.5l3 3",
    "lab": "M9 3.5h6M10 3.5v6L4.5 19a1 1 0 0 0 1 1.5h13a1 1 0 0 0 1-1.5L14 9.5v-6M7.5 15h9",
    "lock": "M5.5 11h13v9.5h-13zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
    "mail": "M3.5 6h17v12.5h-17zM3.5 7l8.5 6.5L20.5 7",
    "menu": "M4 7h16M4 12h16M4 17h16",
    "minus": "M5 12h14",
    "money": "M3.5 6.5h17v11h-17zM12 9.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5zM6.5 12h.1M17.5 12h.1",
    "people": "M9 11.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 20c0-3.5 2.5-5.5 6.5-5.5s6.5 2 6.5 5.5M15.5 4.8a3.5 3.5 0 0 1 0 6.4M18 14.8c2.3.8 3.5 2.6 3.5 5.2",
    "person": "M12 11.5a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20.5c0-4 3-6 7.5-6s7.5 2 7.5 6",
    "search": "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM15.5 15.5 20.5 20.5",
    "settings": "M4 7h9M17 7h3M15 4.8a2.2 2.2 0 1 0 0 4.4 2.2 2.2 0 0 0 0-4.4zM4 17h3M11 17h9M9 14.8a2.2 2.2 0 1 0 0 4.4 2.2 2.2 0 0 0 0-4.4z",
    "star": "M12 3.5 14.6 9l6 .8-4.4 4.2 1.1 6L12 17l-5.3 3 1.1-6L3.4 9.8l6-.8z",
    "stop": "M8.3 3.5h7.4l4.8 4.8v7.4l-4.8 4.8H8.3l-4.8-4.8V8.3zM8 12h8",
    "trash": "M4.5 7h15M9.5 7V4h5v3M6.5 7l1 13.5h9l1-13.5",
    "undo": "M8 5 3.5 9.5 8 14M3.5 9.5H15a5 5 0 0 1 0 10H9",
    "upload": "M12 16V4.5M7 9l5-5 5 5M4.5 20h15",
}
# These point where reading goes, and turn round with it.
_ONE_WAY = {"back", "external", "forward", "undo"}
NAMES = tuple(sorted(_PATHS))


def icon(name: str, label: str = "") -> SafeString:
    """The icon `name`; hidden from screen readers unless it is given a `label` of its own."""
    role = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    css = "icon icon--way" if name in _ONE_WAY else "icon"
    return format_html('<svg class="{}" viewBox="0 0 24 24" {}><path d="{}"/></svg>', css, role, _PATHS[name])
