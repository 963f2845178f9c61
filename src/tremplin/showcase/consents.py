"""The showcase's consents in the one register: what each is about, and what taking it back does."""

from collections.abc import Collection, Mapping
from datetime import datetime

from tremplin.people.consents import Subject, register
from tremplin.people.models import User
from tremplin.programmes.http import cohort_url
from tremplin.showcase import services
from tremplin.showcase.models import ShowcasePage
from tremplin.showcase.purposes import MENTOR, PAGE


def _pages(refs: Collection[str]) -> Mapping[str, ShowcasePage]:
    pages = ShowcasePage.objects.filter(ref__in=refs).select_related(
        "project__scholar__cohort__programme__institution", "project__scholar__user"
    )
    return {page.ref: page for page in pages}


def _pages_described(refs: Collection[str]) -> Mapping[str, Subject]:
    return {
        ref: Subject(page.project.title or "–", cohort_url(page.project.scholar.cohort, "showcase:mine"))
        for ref, page in _pages(refs).items()
    }


def _mentored_described(refs: Collection[str]) -> Mapping[str, Subject]:
    return {
        ref: Subject(
            f"{page.project.title or '–'} · {page.project.scholar.user.name}",
            cohort_url(page.project.scholar.cohort, "showcase:page", ref=page.ref),
        )
        for ref, page in _pages(refs).items()
    }


def _take_page_back(user: User, about: str, now: datetime) -> None:
    page = _pages([about]).get(about)
    if page is not None:
        services.take_back(page=page, actor=user, now=now)


def _unname_mentor(user: User, about: str, now: datetime) -> None:
    page = _pages([about]).get(about)
    if page is not None:
        services.agree_as_mentor(page=page, agree=False, actor=user, now=now)


register(PAGE, take_back=_take_page_back, describe=_pages_described)
register(MENTOR, take_back=_unname_mentor, describe=_mentored_described)
