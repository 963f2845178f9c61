"""What people can do with the showcase: write the public page, consent, publish, order the demo day."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tremplin.core import versions
from tremplin.core.errors import Conflict, Invalid, NotAllowed
from tremplin.mentoring.models import Pairing
from tremplin.people.models import User
from tremplin.people.services import consents
from tremplin.programmes import mail
from tremplin.programmes.http import cohort_url
from tremplin.programmes.log import log
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role, require
from tremplin.projects import services as projects
from tremplin.projects.models import Project
from tremplin.showcase import queries
from tremplin.showcase.models import DemoSlot, PageState, ShowcasePage
from tremplin.showcase.purposes import MENTOR, PAGE


def page_of(project: Project, *, now: datetime) -> ShowcasePage:
    """The public page of a project, begun empty when there is none."""
    page, _created = ShowcasePage.objects.get_or_create(
        project=project, defaults={"created_at": now, "shown_name": project.scholar.user.name}
    )
    return page


@transaction.atomic
def save_page(
    *, project: Project, values: Mapping[str, str | bool], expected_version: int, actor: User, now: datetime
) -> ShowcasePage:
    """Keep what the scholar wants the public to read. Raises NotAllowed, Conflict (published), Stale.

    A published page is taken back before it is changed, so that nothing unseen becomes public.
    """
    _own(project, actor)
    page_of(project, now=now)
    page = ShowcasePage.objects.select_for_update().get(project=project)
    versions.check(page, expected_version)
    if page.state == PageState.PUBLISHED:
        raise Conflict(
            _("This page is public."), _("Take it back first, change it, and ask to publish it again.")
        )
    page.shown_name = str(values.get("shown_name", "")).strip()[:200]
    page.before = str(values.get("before", "")).strip()[:300]
    page.learned = str(values.get("learned", "")).strip()[:3000]
    page.show_name = bool(values.get("show_name"))
    page.show_mentor = bool(values.get("show_mentor"))
    _end_consent(page, actor, now=now)
    page.state, page.consent, page.version = PageState.DRAFT, None, page.version + 1
    page.save()
    log(cohort=project.scholar.cohort, actor=actor, verb="showcase.saved", subject=page, now=now)
    return page


@transaction.atomic
def ask_to_publish(*, page: ShowcasePage, expected_version: int, actor: User, now: datetime) -> ShowcasePage:
    """The scholar consents to these very texts being public, and they are kept as they are now.

    Raises NotAllowed, Conflict (gate shut), Stale.
    """
    _own(page.project, actor)
    row = ShowcasePage.objects.select_for_update().get(pk=page.pk)
    versions.check(row, expected_version)
    if not projects.gate(row.project).open:
        raise Conflict(
            _("The publication checklist is not complete."), _("Finish it on the page of your project.")
        )
    row.consent = consents.give(user=actor, purpose=PAGE, about=row.ref, now=now)
    row.state, row.content = PageState.ASKED, queries.content_of(row.project)
    row.save(update_fields=["state", "consent", "content"])
    log(cohort=row.project.scholar.cohort, actor=actor, verb="showcase.consented", subject=row, now=now)
    return row


@transaction.atomic
def publish(*, page: ShowcasePage, actor: User, now: datetime) -> ShowcasePage:
    """An organiser makes the page public. Order: permission, consent, gate, state, event, a mail to the scholar.

    Raises NotAllowed, Conflict.
    """
    cohort = page.project.scholar.cohort
    require(actor, cohort, Role.ORGANISER)
    row = ShowcasePage.objects.select_for_update().get(pk=page.pk)
    if row.state == PageState.PUBLISHED:
        return row
    if row.state != PageState.ASKED or not consents.holds(row.project.scholar.user, PAGE, row.ref):
        raise Conflict(
            _("The scholar has not consented to this version."), _("Ask them to send it for publication.")
        )
    if not projects.gate(row.project).open:
        raise Conflict(_("The publication checklist is not complete any more."))
    row.state, row.published_at = PageState.PUBLISHED, now
    row.save(update_fields=["state", "published_at"])
    log(cohort=cohort, actor=actor, verb="showcase.published", subject=row, now=now)
    mail.send(
        cohort=cohort,
        code="showcase-published",
        to=row.project.scholar.user,
        values={"link": cohort_url(cohort, "showcase:page", ref=row.ref), "title": row.project.title},
        now=now,
        key=f"showcase:{row.ref}:{row.version}",
    )
    return row


@transaction.atomic
def take_back(*, page: ShowcasePage, actor: User, now: datetime) -> ShowcasePage:
    """The scholar or an organiser takes the page out of the public. It is gone at once. Raises NotAllowed.

    The scholar takes their consent back by it; an organiser cannot do that for them.
    """
    own = page.project.scholar.user_id == actor.pk
    if not own:
        require(actor, page.project.scholar.cohort, Role.ORGANISER)
    row = ShowcasePage.objects.select_for_update().get(pk=page.pk)
    if own:
        _end_consent(row, actor, now=now)
    row.state, row.consent, row.published_at = PageState.DRAFT, None, None
    row.save(update_fields=["state", "consent", "published_at"])
    log(cohort=page.project.scholar.cohort, actor=actor, verb="showcase.taken-back", subject=row, now=now)
    return row


@transaction.atomic
def agree_as_mentor(*, page: ShowcasePage, agree: bool, actor: User, now: datetime) -> ShowcasePage:
    """A mentor agrees to be named, or takes that back, which a former one may do as well. Raises NotAllowed."""
    last = Pairing.objects.filter(scholar=page.project.scholar).order_by("-created_at", "-pk").first()
    is_mentor = last is not None and last.mentor.user_id == actor.pk
    if not is_mentor and (agree or not consents.holds(actor, MENTOR, page.ref)):
        raise NotAllowed(_("Only the scholar's mentor can say this."))
    row = ShowcasePage.objects.select_for_update().get(pk=page.pk)
    say = consents.give if agree else consents.refuse
    say(user=actor, purpose=MENTOR, about=row.ref, now=now)
    log(
        cohort=page.project.scholar.cohort,
        actor=actor,
        verb="showcase.mentor-agreed",
        subject=row,
        now=now,
        agree=agree,
    )
    return row


@transaction.atomic
def order_demo_day(
    *, cohort: Cohort, projects_in_order: Sequence[Project], minutes: int, actor: User, now: datetime
) -> list[DemoSlot]:
    """Set the running order of the demo day. Raises NotAllowed, Invalid."""
    require(actor, cohort, Role.ORGANISER)
    if not 1 <= minutes <= 60:
        raise Invalid({"minutes": [_("A talk takes between 1 and 60 minutes.")]})
    if any(project.scholar.cohort_id != cohort.pk for project in projects_in_order):
        raise Invalid({"projects": [_("Choose projects of this cohort.")]})
    DemoSlot.objects.filter(cohort=cohort).delete()
    slots = [
        DemoSlot(cohort=cohort, project=project, position=position, minutes=minutes, created_at=now)
        for position, project in enumerate(projects_in_order, start=1)
    ]
    DemoSlot.objects.bulk_create(slots)
    log(
        cohort=cohort,
        actor=actor,
        verb="showcase.demo-day-ordered",
        subject=cohort,
        now=now,
        talks=len(slots),
    )
    return slots


def _end_consent(page: ShowcasePage, scholar: User, *, now: datetime) -> None:
    """A consent is one to these very texts: it ends with a change of them, and when it is taken back."""
    if consents.holds(scholar, PAGE, page.ref):
        consents.refuse(user=scholar, purpose=PAGE, about=page.ref, now=now)


def _own(project: Project, actor: User) -> None:
    if project.scholar.user_id != actor.pk:
        raise NotAllowed(_("Only the scholar decides what is shown of them."))
