"""What stands around every page. The web layer fills it; `core/base.html` draws it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from django.conf import settings
from django.utils.translation import get_language, get_language_info

from tremplin.core.errors import Message


@dataclass(frozen=True, slots=True)
class NavLink:
    """One place to go. `post` draws a button that posts (signing out).

    `current` says whether the page at hand is this place ("page") or stands under it ("true");
    `pages` are the places that it holds.
    """

    label: Message
    href: str
    current: Literal["", "page", "true"] = ""
    post: bool = False
    pages: tuple["NavLink", ...] = ()


@dataclass(frozen=True, slots=True)
class Language:
    """A language that the page can be read in, named in itself."""

    code: str
    name: str
    current: bool = False


def languages() -> list[Language]:
    """Every language of the settings, the active one marked."""
    active = (get_language() or settings.LANGUAGE_CODE).split("-")[0]
    return [
        Language(
            code=code, name=str(get_language_info(code)["name_local"]).capitalize(), current=code == active
        )
        for code, _name in settings.LANGUAGES
    ]


@dataclass(frozen=True, slots=True)
class Shell:
    """The frame of one page for one person. Every part may be empty."""

    nav: Sequence[NavLink] = ()
    cohort_label: Message = ""
    cohort_href: str = ""
    account_links: Sequence[NavLink] = ()
    languages: Sequence[Language] = field(default_factory=languages)
    footer_links: Sequence[NavLink] = ()
    account_label: str = ""
    site_name: str = "Tremplin"
    notice: Message = ""  # one line above the page: "Demonstration: nothing here is real"
