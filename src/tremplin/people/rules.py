"""Decisions about signing in, without a database."""

import re
from datetime import datetime, timedelta

from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from tremplin.core.limits import Rate

KEY_LIFE = timedelta(minutes=30)
PROOF_LIFE = timedelta(minutes=15)
WRONG_CODES = 5
LONGEST_NEXT = 500

# A lecture hall signs in from one address, so an address of the network may do far more than a person.
MAILS_TO_AN_ADDRESS = Rate("mails-to-an-address", burst=5, refill=timedelta(minutes=30))
MAILS_FROM_A_NETWORK = Rate("mails-from-a-network", burst=200, refill=timedelta(hours=1))
# Ten guesses a day at one in a million: a year of them finds one code in 270, under the eyes of the victim.
CODES_FOR_AN_ADDRESS = Rate("codes-for-an-address", burst=10, refill=timedelta(days=1))
PASSWORDS_FOR_AN_ADDRESS = Rate("passwords-for-an-address", burst=10, refill=timedelta(minutes=30))
PASSWORDS_FROM_A_NETWORK = Rate("passwords-from-a-network", burst=100, refill=timedelta(minutes=30))

MOST_TOKENS = 10
TOKEN_DAYS = (30, 90, 180, 365)
TOKEN_PREFIX = "tremplin_"  # noqa: S105 (by which scanners of code know a secret that was left there)
TOKEN_USE_KNOWN = timedelta(minutes=5)
"""How exactly the last use of a token is kept: not every request is worth a write."""
TOKEN_KEPT = timedelta(days=30)
"""How long a token that has ended stays on its owner's list."""
REQUESTS_OF_A_TOKEN = Rate("requests-of-a-token", burst=600, refill=timedelta(minutes=10))

_INNER_PAGES = re.compile(r"^/(sign-in|sign-out|language)(/|$)")
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)


def has_expired(created_at: datetime, now: datetime) -> bool:
    """Whether a mailed key is too old to be used."""
    return now - created_at > KEY_LIFE


def safe_next(wanted: str) -> str:
    """`wanted` if it is a page of this site that makes sense after signing in, else nothing.

    Only a path is ever followed: no host, not even our own, so that no list of hosts can be wrong.
    """
    if len(wanted) > LONGEST_NEXT or not wanted.startswith("/") or _INNER_PAGES.match(wanted):
        return ""
    return wanted if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) else ""


def normal_code(typed: str) -> str:
    """The figures of a code, however they were spaced when it was typed or pasted."""
    return "".join(str(int(char)) for char in typed if char.isdecimal())


def spaced(code: str) -> str:
    """A code as people read it: “123 456”."""
    return f"{code[:3]} {code[3:]}"


def device(user_agent: str) -> str:
    """The browser and the system, as a person would name them; nothing that tells two like ones apart."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system
