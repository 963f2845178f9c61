"""Who must not read whom, as far as it can be worked out; what nobody can work out, people declare.

Two addresses at one organisation are a tie, whatever the two people know of each other: applicants would think so.
Floors above know of other ties, such as somebody's former mentor, and register them from a module `ties`.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from django.db.models import F, Value
from django.utils.module_loading import autodiscover_modules

from tremplin.applications.models import Snapshot
from tremplin.applications.rules.answers import readable
from tremplin.blinding.rules.organisations import Organisations, named_in
from tremplin.people.models import User
from tremplin.programmes.models import Cohort
from tremplin.programmes.schema import Question
from tremplin.review.models import DeclaredConflict, ReviewerProfile, TieSetAside

DECLARED, AVOIDED, INSTITUTION = "declared", "avoided", "institution"
MAIL, MENTOR, PEER = "mail", "mentor", "peer"
_FEW = 500  # applications that are asked for by name; beyond, all of a cohort at once
MAY_ERR = frozenset([MAIL, INSTITUTION])
"""Kinds that are worked out of words and addresses, so that they may be wrong. Others are facts, or somebody's word."""


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


def above(domain: str) -> Iterator[str]:
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
        if not domain or not houses.isdisjoint(above(domain)):
            continue
        exact[domain].append(reader)
        for higher in above(domain):
            below[higher].append((reader, domain))
    for applicant, address in applicants.items():
        domain = organisation(address)
        if not domain:
            continue
        for higher in above(domain):  # the reader's is the same, or stands above it
            yield from (Tie(reader, applicant, MAIL, higher) for reader in exact.get(higher, ()))
        for reader, own in below.get(domain, ()):
            if own != domain:
                yield Tie(reader, applicant, MAIL, domain)


Pair = tuple[str, str]
Papers = Mapping[int, tuple[int, str]]
"""Of each application: its writer, and their address."""


@dataclass(frozen=True, slots=True)
class Known:
    """What ties pairs, by application and reviewer: what keeps them apart, and what an organiser set aside."""

    standing: dict[Pair, tuple[Tie, ...]]
    aside: dict[Pair, tuple[Tie, ...]]


def of_pairs(
    cohort: Cohort, readers: Sequence[User], profiles: Iterable[ReviewerProfile], papers: Papers
) -> Known:
    """All ties of these readers to the writers of these applications, whoever knows of them."""
    paper_of = {writer: paper for paper, (writer, _address) in papers.items()}
    known = {user.pk for user in readers}
    said = _said(cohort)
    standing: dict[Pair, list[Tie]] = defaultdict(list)
    aside: dict[Pair, list[Tie]] = defaultdict(list)
    declared = (
        Tie(reader, papers[paper][0], DECLARED)
        for paper, reader, kind in said
        if kind == DECLARED and paper in papers
    )
    for tie in (*declared, *_computed(cohort, readers, profiles, papers)):
        # Nobody has a tie to themselves: that they applied is said in other words.
        if tie.applicant not in paper_of or tie.reader not in known or tie.reader == tie.applicant:
            continue
        paper = paper_of[tie.applicant]
        lifted = tie.kind in MAY_ERR and (paper, tie.reader, tie.kind) in said
        (aside if lifted else standing)[str(paper), str(tie.reader)].append(tie)
    return Known(*({pair: tuple(rows) for pair, rows in found.items()} for found in (standing, aside)))


def _said(cohort: Cohort) -> set[tuple[int, int, str]]:
    """Application, reviewer and kind of what was declared, and of what an organiser set aside, in one query."""
    declared = DeclaredConflict.objects.filter(cohort=cohort).annotate(tie=Value(DECLARED))
    aside = TieSetAside.objects.filter(cohort=cohort, ended_at__isnull=True).annotate(tie=F("kind"))
    fields = ("application_id", "reviewer_id", "tie")
    return set(declared.values_list(*fields).union(aside.values_list(*fields)))


def _computed(
    cohort: Cohort, readers: Sequence[User], profiles: Iterable[ReviewerProfile], papers: Papers
) -> Iterator[Tie]:
    addresses = {user.pk: user.email for user in readers}
    home = (cohort.plan.programme.contact, cohort.programme.institution.contact_email)
    yield from mail_ties(addresses, dict(papers.values()), home=home)
    yield from _institution_ties(cohort, profiles, papers)
    yield from known_ties(addresses)


def _institution_ties(cohort: Cohort, profiles: Iterable[ReviewerProfile], papers: Papers) -> Iterator[Tie]:
    """Reviewers who named an organisation that an applicant named too. One query, if anybody named any."""
    found: Organisations[tuple[int, str]] = Organisations()
    for row in profiles:
        for kind, words in ((INSTITUTION, row.institutions), (AVOIDED, row.avoids)):
            for name in words.splitlines():
                found.add(name, (row.reviewer_id, kind))
    questions = [question for question in cohort.plan.application.questions() if _names(question)]
    if not found or not questions:
        return
    for paper, answers in _answers(cohort, questions, papers):
        ties = {
            Tie(reader, papers[paper][0], kind, name)
            for words in answers
            for name in named_in(words)
            for reader, kind in found.like(name)
        }
        yield from sorted(ties, key=lambda tie: (tie.reader, tie.kind, tie.detail))


def _names(question: Question) -> bool:
    return question.names in {"school", "employer"}


def _answers(
    cohort: Cohort, questions: Sequence[Question], papers: Papers
) -> Iterator[tuple[int, list[str]]]:
    """What was declared in the version that counts, of each application."""
    rows = Snapshot.objects.filter(application__cohort=cohort, number=F("application__sent"))
    if len(papers) <= _FEW:
        rows = rows.filter(application__in=list(papers))
    fields = [f"answers__{question.code}" for question in questions]
    for paper, *answers in rows.order_by().values_list("application_id", *fields):
        if paper in papers:
            yield (
                paper,
                [
                    readable(question, answer)
                    for question, answer in zip(questions, answers, strict=True)
                    if isinstance(answer, str)
                ],
            )
