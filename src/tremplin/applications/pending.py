"""What somebody might take for sent that is not: a file that arrived in part, an answer that is still awaited."""

from dataclasses import dataclass
from datetime import datetime

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from tremplin.applications.hooks import help_for
from tremplin.applications.models import Application
from tremplin.applications.queries.uploads import uploads_to
from tremplin.applications.rules.form import question_of
from tremplin.core.errors import Message
from tremplin.core.text import say
from tremplin.programmes.http import cohort_url

__all__ = ["Pending", "pending", "unfinished_uploads"]


@dataclass(frozen=True, slots=True)
class Pending:
    """One thing that is not part of what is sent now, with the page on which it goes on."""

    line: Message
    label: Message
    href: str


def pending(application: Application, now: datetime) -> list[Pending]:
    """All that stands open beside the answers. It keeps nobody from sending."""
    awaited = [
        Pending(help_.before_sending, help_.label, help_.href)
        for help_ in help_for(application, now)
        if help_.before_sending
    ]
    return [*unfinished_uploads(application), *awaited]


def unfinished_uploads(application: Application) -> list[Pending]:
    """Files of which a part is here. One query; none when the writer's own page knows that there is none."""
    if not getattr(application, "arriving", True):
        return []
    rows: list[Pending] = []
    for part in uploads_to(application):
        found = question_of(application.cohort.plan.application, part.purpose.rpartition(":")[2])
        if found is None:
            continue
        section, question = found
        line = _(
            "“%(name)s” has arrived in part only, %(arrived)s of %(size)s, and is not part of your application "
            "(%(question)s)."
        ) % {
            "name": part.given_name,
            "arrived": filesizeformat(part.arrived),
            "size": filesizeformat(part.size),
            "question": say(question.label).rstrip(" ?\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}."),
        }
        page = cohort_url(application.cohort, "applications:section", section=section.code)
        rows.append(
            Pending(line, _("Send the rest, or leave it out"), f"{page}?return=check#id_{question.code}")
        )
    return rows
