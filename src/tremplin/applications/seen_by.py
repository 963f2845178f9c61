"""Who sees what of applications: by the same rule that gives reviewers their text."""

from django.utils.translation import gettext as _

from tremplin.applications.rules.form import may_be_reviewed
from tremplin.core.text import say
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role
from tremplin.programmes.sight import Sight, register

_ORGANISERS = frozenset({Role.ORGANISER})


def _seen(cohort: Cohort) -> list[Sight]:
    questions, opened = cohort.plan.application.questions(), cohort.plan.opened
    read = tuple(say(question.label) for question in questions if may_be_reviewed(question))
    later = tuple(say(question.label) for question in questions if question.code in opened)
    kept_back = tuple(say(question.label) for question in questions if not may_be_reviewed(question, opened))
    judged = cohort.plan.runs("review")
    found = [
        Sight(
            _("Name, mail address, how far an application is, when it was sent"),
            _ORGANISERS,
            ("applications:application",),
            note=_("Observers see how many there are, and nobody."),
        ),
        Sight(
            _("Who was given time to begin later than others, and until when"),
            _ORGANISERS | {Role.OFFICER},
            ("applications:late-start",),
            note=_("Why, where organisers gave it; what was asked in confidence stays with the officer."),
        ),
        Sight(
            _("What a draft says, before it is sent"),
            note=_("Organisers see how far it is, and none of its words."),
        ),
    ]
    if read:
        found.append(
            Sight(
                _("Answers to these questions, as they were sent"),
                _ORGANISERS | {Role.REVIEWER} if judged else _ORGANISERS,
                ("applications:application", "review:read") if judged else ("applications:application",),
                note=_("Reviewers read them without name, address and links.") if judged else "",
                words=read,
            )
        )
    if later:
        found.append(
            Sight(
                _("Answers to these questions, if the application is read a second time"),
                _ORGANISERS | {Role.REVIEWER},
                ("applications:application", "review:read"),
                note=_(
                    "Until then organisers alone read them; afterwards whoever reads it in the second pass."
                ),
                words=later,
            )
        )
    if kept_back:
        found.append(
            Sight(
                _("Answers to these questions, which name a person or are for organisers alone"),
                _ORGANISERS,
                ("applications:application", "applications:file"),
                words=kept_back,
            )
        )
    if cohort.plan.runs("eligibility") and cohort.plan.eligibility:
        found.append(
            Sight(
                _("What opened the doors"),
                _ORGANISERS,
                ("applications:application",),
                words=tuple(say(question.label) for question in cohort.plan.eligibility),
            )
        )
    return found


register("applications", _seen)
