"""Who must not read whom, as far as it can be worked out; what nobody can work out, people declare.

Two addresses at one organisation are a tie, whatever the two people know of each other: applicants would think so.
Floors above know of other ties, such as somebody's former mentor, and register them from a module `ties`.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from django.utils.module_loading import autodiscover_modules

DECLARED, MAIL, MENTOR = "declared", "mail", "mentor"


@dataclass(frozen=True, slots=True)
class Tie:
    """What ties a reader to an applicant, by the keys of both. `detail`: at which organisation, say."""

    reader: int
    applicant: int
    kind: str
    detail: str = ""


Source = Callable[[Collection[int]], Iterable[Tie]]
_sources: list[Source] = []

# Where people have an address without belonging there.
_PUBLIC = frozenset(
    [
        "126.com",
        "163.com",
        "aol.com",
        "bbox.fr",
        "bluewin.ch",
        "daum.net",
        "disroot.org",
        "duck.com",
        "fastmail.com",
        "fastmail.fm",
        "free.fr",
        "freenet.de",
        "gmail.com",
        "googlemail.com",
        "hanmail.net",
        "hey.com",
        "hushmail.com",
        "icloud.com",
        "laposte.net",
        "libero.it",
        "list.ru",
        "mac.com",
        "mail.com",
        "mail.ru",
        "mailbox.org",
        "me.com",
        "msn.com",
        "naver.com",
        "neuf.fr",
        "numericable.fr",
        "orange.fr",
        "orange.sn",
        "pm.me",
        "posteo.de",
        "privaterelay.appleid.com",
        "proton.me",
        "protonmail.ch",
        "protonmail.com",
        "qq.com",
        "rediffmail.com",
        "riseup.net",
        "rocketmail.com",
        "seznam.cz",
        "sfr.fr",
        "simplelogin.com",
        "t-online.de",
        "tuta.io",
        "tutanota.com",
        "users.noreply.github.com",
        "virgilio.it",
        "wanadoo.fr",
        "web.de",
        "wp.pl",
    ]
)
# Hosts that have one address for each country: yahoo.fr, yahoo.co.uk.
_FAMILIES = frozenset(["gmx", "hotmail", "live", "outlook", "yahoo", "yandex", "ymail", "zoho", "zohomail"])
_NOBODYS = frozenset(["invalid", "local", "localhost", "test"])
# Reserved for examples: invented people have their letter-boxes below them, as real ones at public hosts.
_INVENTED = frozenset(["example.com", "example.net", "example.org"])


def register(source: Source) -> None:
    """Declare ties of readers, who are given by their keys. Ties to people who did not apply do no harm."""
    if source not in _sources:
        _sources.append(source)


def known_ties(readers: Collection[int]) -> Iterator[Tie]:
    """All that floors above know of these readers."""
    _discover()
    for source in _sources:
        yield from source(readers)


@cache
def _discover() -> None:
    autodiscover_modules("ties")


def organisation(address: str) -> str:
    """The domain of an address that an organisation gave; empty where anybody can have one."""
    domain = address.rpartition("@")[2].strip().strip(".").lower()
    return "" if _public(domain) else domain


def _public(domain: str) -> bool:
    first, *others = domain.split(".")
    family = first in _FAMILIES and all(len(label) <= 3 for label in others)
    invented = ".".join(domain.split(".")[-2:]) in _INVENTED
    return not others or domain in _PUBLIC or family or invented or others[-1] in _NOBODYS


def _above(domain: str) -> Iterator[str]:
    """The domain and those above it that an organisation can have: a department's, its university's."""
    labels = domain.split(".")
    for start in range(len(labels) - 1):
        found = ".".join(labels[start:])
        if not _public(found):
            yield found


def mail_ties(
    readers: Mapping[int, str], applicants: Mapping[int, str], *, home: Collection[str] = ()
) -> Iterator[Tie]:
    """Ties between people whose addresses are at one organisation, or at a part of it and at the whole.

    `home`: addresses of those who run the programme. At their own organisation everybody would be tied to everybody,
    so there an address says nothing. O(readers + applicants + ties).
    """
    houses = {found for address in home if (found := organisation(address))}
    exact: dict[str, list[int]] = defaultdict(list)
    below: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for reader, address in readers.items():
        domain = organisation(address)
        if not domain or not houses.isdisjoint(_above(domain)):
            continue
        exact[domain].append(reader)
        for higher in _above(domain):
            below[higher].append((reader, domain))
    for applicant, address in applicants.items():
        domain = organisation(address)
        if not domain:
            continue
        for higher in _above(domain):  # the reader's is the same, or stands above it
            yield from (Tie(reader, applicant, MAIL, higher) for reader in exact.get(higher, ()))
        for reader, own in below.get(domain, ()):
            if own != domain:
                yield Tie(reader, applicant, MAIL, domain)
