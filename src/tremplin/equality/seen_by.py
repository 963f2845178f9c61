"""Who sees the equality survey: nobody a single answer."""

from django.utils.translation import gettext as _

from tremplin.core.text import say
from tremplin.equality.linked import asked
from tremplin.equality.rules import questions
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role
from tremplin.programmes.sight import Sight, register


def _seen(cohort: Cohort) -> list[Sight]:
    found, tied = [], asked(cohort)
    if questions(cohort.profile, cohort.plan.jurisdiction.linked):
        found += _anonymous()
    if tied:
        found += _linked(tuple(say(attribute.label) for attribute in tied))
    return found


def _anonymous() -> list[Sight]:
    return [
        Sight(
            _("What one person answers in the equality survey"),
            note=_(
                "It is never stored as one person’s: only totals are counted, without a name and without a time."
            ),
        ),
        Sight(
            _("Totals of the equality survey, rounded, small numbers left out, after its end"),
            frozenset({Role.ORGANISER}),
            ("equality:results",),
        ),
    ]


def _linked(words: tuple[str, ...]) -> list[Sight]:
    return [
        Sight(
            _("What one person answers to the equality questions that are kept with applications"),
            note=_("Sealed with a key of that person. Nobody but the person can look it up."),
            words=words,
        ),
        Sight(
            _(
                "How many people of each group came how far: rounded, small numbers left out, after all decisions"
            ),
            frozenset({Role.ORGANISER, Role.OBSERVER}),
            ("equality:comparison",),
            note=_(
                "Only while two of them together have opened the count, for a stated purpose. Those of later editions "
                "see it in one figure together with their own, once theirs is open. The public may read in words "
                "whether groups differed, where the count was opened for a report."
            ),
        ),
    ]


register("equality", _seen, stage="equality")
