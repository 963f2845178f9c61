"""Taking over answers from a file that was filled in without a connection."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from tremplin.applications.models import Application
from tremplin.applications.rules.answers import Value
from tremplin.applications.services.drafts import Saved, save_section
from tremplin.core.errors import Invalid
from tremplin.people.models import User


@transaction.atomic
def take_answers(
    *,
    application: Application,
    values: Mapping[str, Value],
    expected_version: int,
    actor: User,
    now: datetime,
) -> Saved:
    """Keep answers to questions of any section, all of them or none. `expected_version` is that of the preview.

    An answer that was changed since is set aside, as when two windows are open. Order and faults as for
    `save_section`, once a section; Invalid when an answer is too long to be kept.
    """
    aside: list[str] = []
    for section in application.cohort.plan.application.sections:
        mine = {
            question.code: value
            for question in section.questions
            if isinstance(value := values.get(question.code), str | list)
        }
        if mine:
            saved = save_section(
                application=application,
                section=section.code,
                values=mine,
                expected_version=expected_version,
                actor=actor,
                now=now,
            )
            if saved.refused:
                raise Invalid(saved.refused)
            application = saved.application
            aside += saved.aside
    return Saved(application, tuple(aside))
