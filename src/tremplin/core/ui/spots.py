"""Our drawings. One board, one leap, one dot: the board is the programme, the dot is a person.

Every drawing is made of the same few things: ground, board, leap, dot, sun, pool. Colours are classes.
"""

from importlib.resources import files

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

_FOLDER = files("tremplin.core.ui").joinpath("drawings")
NAMES = ("home", "empty", "done", "missed", "mail", "people", "path", "read", "lab", "money", "stage")


def _shapes(name: str) -> SafeString:
    text = _FOLDER.joinpath(f"{name}.svg").read_text(encoding="utf-8")
    return SafeString(text.replace("\n", ""))


_SHAPES = {name: _shapes(name) for name in ("wordmark", *NAMES)}


def wordmark(site_name: str = "Tremplin") -> SafeString:
    """The name, drawn with one pen: the dot of its i has just taken off. Another name is set in type."""
    label = _("%(site)s, first page") % {"site": site_name}
    if site_name != "Tremplin":
        return format_html(
            '<span class="wordmark__name" aria-label="{}" role="img">{}</span>', label, site_name
        )
    return format_html(
        '<svg role="img" viewBox="0 0 170 44" aria-label="{}">{}</svg>', label, _SHAPES["wordmark"]
    )


def spot(name: str) -> SafeString:
    """The drawing `name`, hidden from screen readers: the words beside it say it all."""
    box = "0 0 520 344" if name == "home" else "0 0 240 160"
    return format_html('<svg class="spot" viewBox="{}" aria-hidden="true">{}</svg>', box, _SHAPES[name])
