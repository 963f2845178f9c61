"""What is assumed as the fields of a form and the address of a page hold it."""

from typing import Any
from urllib.parse import urlencode

from django.utils.translation import get_language, get_language_info

from tremplin.review.planning.assumptions import Assumptions


def typed(assumed: Assumptions) -> dict[str, Any]:
    """By the names of the fields."""
    kept = assumed.kept()
    shares, more = kept.pop("shares"), kept.pop("more")
    found = {**kept, **{f"share_{code}": part for code, part in shares.items()}}
    found |= {f"more_{code}": many for code, many in more.items() if many}
    for name in ("effort", "later", "cap"):
        found[name] = found[name] or ""
    found["minutes"] = f"{found['minutes']:g}"
    return found


def query(assumed: Assumptions) -> str:
    """The address of a season that is tried."""
    return urlencode({name: value for name, value in typed(assumed).items() if value != ""})


def say_language(code: str, *, first: bool = False) -> str:
    """Its name in the language of the page; `first`: where a capital stands anyway."""
    name = str(get_language_info(code)["name_translated"])
    english = (get_language() or "en").startswith("en")
    return name if first or english else name[:1].lower() + name[1:]
