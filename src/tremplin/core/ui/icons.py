"""Our icons: one stroke, round ends. Always beside text."""

from importlib.resources import files

from django.utils.html import format_html
from django.utils.safestring import SafeString


def _paths() -> dict[str, str]:
    lines = files("tremplin.core.ui").joinpath("drawings/icons.txt").read_text(encoding="utf-8").splitlines()
    pairs = (line.partition(" ") for line in lines if line and not line.startswith("#"))
    return {name: path for name, _space, path in pairs}


_PATHS = _paths()
# These point where reading goes, and turn round with it.
_ONE_WAY = {"back", "external", "forward", "undo"}
NAMES = tuple(sorted(_PATHS))


def icon(name: str, label: str = "") -> SafeString:
    """The icon `name`; hidden from screen readers unless it is given a `label` of its own."""
    role = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    css = "icon icon--way" if name in _ONE_WAY else "icon"
    return format_html('<svg class="{}" viewBox="0 0 24 24" {}><path d="{}"/></svg>', css, role, _PATHS[name])
