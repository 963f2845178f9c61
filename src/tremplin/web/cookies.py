"""Every cookie that the pages set, with what for and how long: the page on data protection says them all."""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tremplin.core.ui.amounts import number
from tremplin.equality.views.survey import ANSWERED
from tremplin.web.proof import KEPT, PROOF


@dataclass(frozen=True, slots=True)
class Cookie:
    """One cookie, in words for whoever wants to know."""

    name: str
    what_for: str
    how_long: str


def cookies() -> list[Cookie]:
    """All of them, in the language at hand."""
    return [
        Cookie(
            settings.SESSION_COOKIE_NAME,
            _("Knows you again from page to page: that you are signed in, or what you began before."),
            _("until you sign out, %(days)s at most") % {"days": _days(settings.SESSION_COOKIE_AGE)},
        ),
        Cookie(
            settings.CSRF_COOKIE_NAME,
            _("Proves that a form was sent from these pages, and not by another site in your name."),
            _days(settings.CSRF_COOKIE_AGE or 0),
        ),
        Cookie(
            CookieStorage.cookie_name,
            _("Carries a short message, such as “Saved”, to the next page."),
            _("until it is shown"),
        ),
        Cookie(
            settings.LANGUAGE_COOKIE_NAME,
            _("Remembers the language that you chose."),
            _days(settings.LANGUAGE_COOKIE_AGE or 0),
        ),
        Cookie(
            PROOF,
            _("Tells the page that what you sent has arrived, so that the copy on your device goes."),
            _("until the next page has read it, %(days)s at most") % {"days": _days(KEPT.total_seconds())},
        ),
        Cookie(
            ANSWERED,
            _(
                "Notes in this browser that it has answered the equality survey. It is the same for everybody, is sent "
                "to the pages of that survey alone, and is written down nowhere."
            ),
            _("until that survey ends"),
        ),
    ]


def _days(seconds: float) -> str:
    days = timedelta(seconds=seconds).days
    return ngettext("%(count)s day", "%(count)s days", days) % {"count": number(days)}
