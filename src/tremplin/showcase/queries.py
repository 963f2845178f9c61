"""What the public can see of a cohort, and what the scholar and organisers see before it is public."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from tremplin.mentoring.models import Pairing
from tremplin.people.models import User
from tremplin.people.services import consents
from tremplin.programmes.apart import roles_afterwards
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role
from tremplin.projects.models import Project
from tremplin.showcase.models import DemoSlot, PageState, ShowcasePage
from tremplin.showcase.purposes import MENTOR

_CONTENT = ("title", "summary", "description", "language", "repository", "demo", "licence")


@dataclass(frozen=True, slots=True)
class PublicPage:
    """Exactly what the public reads. What nobody consented to is not in here at all."""

    ref: str
    title: str
    summary: str
    description: str
    language: str
    repository: str
    demo: str
    licence: str
    name: str
    mentor: str
    before: str
    learned: str


def public_pages(cohort: Cohort) -> list[PublicPage]:
    """The published projects of a cohort, in the order of the demo day, then by title. Four queries."""
    pages = list(_pages().filter(project__scholar__cohort=cohort, state=PageState.PUBLISHED))
    mentors = _mentors(pages)
    order = dict(DemoSlot.objects.filter(cohort=cohort).values_list("project_id", "position"))
    ranked = sorted(
        pages, key=lambda page: (order.get(page.project_id, 10**6), page.content.get("title", ""), page.pk)
    )
    return [_public(page, mentors.get(page.pk, "")) for page in ranked]


def anything_public(cohort: Cohort) -> bool:
    """Whether a project of the cohort is published. One query."""
    return ShowcasePage.objects.filter(project__scholar__cohort=cohort, state=PageState.PUBLISHED).exists()


def public_page(cohort: Cohort, ref: str) -> PublicPage | None:
    """One published project, None for any other."""
    page = _pages().filter(project__scholar__cohort=cohort, state=PageState.PUBLISHED, ref=ref).first()
    if page is None:
        return None
    return _public(page, _mentors([page]).get(page.pk, ""))


def preview(page: ShowcasePage) -> PublicPage:
    """What the public would read of a page that is not public yet."""
    return _public(page, _mentors([page]).get(page.pk, ""))


def visible_pages(actor: User, cohort: Cohort) -> QuerySet[ShowcasePage]:
    """Pages in any state: all for organisers, their scholar's for mentors, their own for scholars."""
    pages = _pages().filter(project__scholar__cohort=cohort)
    if Role.ORGANISER in roles_afterwards(actor, cohort):
        return pages
    mentored = Pairing.objects.filter(mentor__user=actor).values("scholar")
    return pages.filter(project__scholar__user=actor) | pages.filter(project__scholar__in=mentored)


def _pages() -> QuerySet[ShowcasePage]:
    return ShowcasePage.objects.select_related("project__scholar__user")


def _mentors(pages: Sequence[ShowcasePage]) -> dict[int, str]:
    """The name of the last mentor, by page, where the scholar wants it shown and that very mentor agreed to it."""
    wanted = {page.project.scholar_id: page for page in pages if page.show_mentor}
    pairings = (
        Pairing.objects.filter(scholar__in=wanted).order_by("created_at", "pk").select_related("mentor__user")
    )
    last = {pairing.scholar_id: pairing.mentor.user for pairing in pairings}
    agreed = consents.standing(MENTOR, [page.ref for page in wanted.values()])
    return {
        page.pk: last[scholar].name
        for scholar, page in wanted.items()
        if scholar in last and (last[scholar].pk, page.ref) in agreed
    }


def named_on(mentor: User, pages: Sequence[ShowcasePage]) -> set[str]:
    """On which of `pages` this person agreed to be named as the mentor."""
    agreed = consents.standing(MENTOR, [page.ref for page in pages])
    return {about for user, about in agreed if user == mentor.pk}


def content_of(project: Project) -> dict[str, str]:
    """The texts of a project that its public page shows, as they are now."""
    return {field: getattr(project, field) for field in _CONTENT}


def _public(page: ShowcasePage, mentor: str) -> PublicPage:
    """A page that was consented to shows the texts of that day; a draft shows those of today."""
    content = content_of(page.project) if page.state == PageState.DRAFT else page.content
    return PublicPage(
        ref=page.ref,
        **{field: content.get(field, "") for field in _CONTENT},
        name=page.shown_name if page.show_name else "",
        mentor=mentor,
        before=page.before,
        learned=page.learned,
    )
