"""A scholar who left words in every room, and people who ask to be erased."""

from datetime import datetime

from django.core import serializers
from django.db.models import Model

from tests.cast import Cast
from tests.mentoring.world import pair, send
from tests.stipends.world import instalment, through, with_details
from tests.training.world import hand_in, plan, post, project_of, survey_day
from tremplin.applications.models import Snapshot
from tremplin.core.models import AuditEvent
from tremplin.core.outbox.models import OutboxMessage
from tremplin.impact import services as impact
from tremplin.people.models import ErasurePart, User
from tremplin.people.personal_data import pointing_here
from tremplin.people.services import erasure
from tremplin.privacy.queries import outlook
from tremplin.projects import services as projects
from tremplin.selection import services as selection
from tremplin.selection.models import Scholar
from tremplin.showcase import services as showcase
from tremplin.stipends import services as stipends
from tremplin.training.models import Audience

MARK = "Privatewords-77"
"""Stands in everything that the scholar wrote, and in what others wrote about them."""

LONG_AFTER = {"weeks": 60}


def full_scholar(cast: Cast) -> Scholar:
    """`cast.scholar`, who has completed: applied, planned, wrote, published, was paid once, answered later."""
    pairing = pair(cast)
    scholar = pairing.scholar
    scholar.cohort = cast.cohort
    application = scholar.application
    application.answers, application.name = {"motivation": MARK}, cast.scholar.name
    application.save()
    Snapshot.objects.create(
        application=application,
        version=cast.cohort.version,
        number=1,
        language="en",
        answers={"motivation": MARK},
        checksum="0" * 64,
        created_at=cast.at("call_opens", days=3),
    )
    plan(scholar, MARK)
    post(scholar, 1, Audience.PUBLIC, title=MARK, body=MARK)
    hand_in(scholar, f"# {MARK}")
    send(pairing, cast.scholar, cast.at("training_starts", weeks=2), note=MARK)
    send(pairing, cast.mentor, cast.at("training_starts", weeks=2), note=MARK)
    _publish(cast, scholar)
    _pay(cast, scholar)
    selection.complete_scholar(scholar=scholar, actor=cast.organiser, now=cast.at("training_ends"))
    impact.send_answers(
        cohort=cast.cohort,
        survey="after-6-months",
        answers={"works_in_ai": "yes", "words": MARK},
        expected_version=0,
        actor=cast.scholar,
        now=survey_day(cast),
    )
    return scholar


def _publish(cast: Cast, scholar: Scholar) -> None:
    now = cast.at("training_ends", days=-4)
    project = project_of(cast, scholar, ready=True, title=MARK, description=MARK)
    projects.hand_in(
        project=project, code="proposal", body=MARK, expected_version=0, actor=cast.scholar, now=now
    )
    page = showcase.save_page(
        project=project,
        values={"shown_name": cast.scholar.name, "show_name": True, "show_mentor": True, "learned": MARK},
        expected_version=0,
        actor=cast.scholar,
        now=now,
    )
    page = showcase.ask_to_publish(page=page, expected_version=page.version, actor=cast.scholar, now=now)
    page = showcase.publish(page=page, actor=cast.organiser, now=now)
    showcase.agree_as_mentor(page=page, agree=True, actor=cast.mentor, now=now)


def _pay(cast: Cast, scholar: Scholar) -> None:
    """The first payment made, the second cancelled."""
    stipends.plan_instalments(cohort=cast.cohort, now=cast.at("training_starts", days=-10))
    with_details(cast, scholar)
    through(cast, instalment(scholar))
    stipends.cancel(
        instalment=instalment(scholar, "second"),
        reason="Paid otherwise",
        actor=cast.finance,
        now=cast.at("training_ends"),
    )


def ask(user: User, now: datetime) -> list[ErasurePart]:
    """What each cohort is asked."""
    request = erasure.ask_to_be_erased(user=user, now=now)
    return list(request.parts.select_related("request__user").order_by("pk"))


def what(user: User, cast: Cast, now: datetime) -> dict[str, list[str]]:
    """What goes, stays and comes first, in English."""
    found = outlook(user, cast.cohort.scope, now=now)
    return {
        "goes": [str(row.what) for row in found.goes],
        "stays": [str(row.what) for row in found.stays],
        "first": [str(row.what) for row in found.first],
    }


def everything_stored() -> str:
    """The whole database as text, without the letters that tell the person what was erased."""
    rows: list[Model] = []
    models = {relation.related_model for relation in pointing_here()} | _all_models()
    for model in sorted(models, key=lambda model: model._meta.label):
        if model is OutboxMessage:
            rows += OutboxMessage.objects.exclude(kind="erasure-done")
        else:
            rows += model._base_manager.all()
    return serializers.serialize("json", rows)


def _all_models() -> set[type[Model]]:
    return set(AuditEvent._meta.apps.get_models())
