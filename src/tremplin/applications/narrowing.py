"""The questions by which a list can be narrowed, drawn once for a form, a language and all readers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tremplin.applications.rules.eligibility import conditions
from tremplin.applications.rules.picked import Asked, of_the_doors, of_the_form
from tremplin.programmes.models import Cohort
from tremplin.programmes.schema import Plan


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What the form asks (“answered”) and what the doors ask (“door”), by code, and both as lists to choose from."""

    asked: Mapping[str, Mapping[str, Asked]]
    drawn: SafeString


@dataclass(frozen=True, slots=True)
class _Form:
    """One version of a programme in one language: two of the same checksum are the same."""

    checksum: str
    language: str
    plan: Plan = field(compare=False)


def narrowing(cohort: Cohort) -> Narrowing:
    return _narrowing(_Form(cohort.version.checksum, get_language() or "", cohort.plan))


# A question of country alone has two hundred and fifty answers, the same for every reader of a board.
@lru_cache(maxsize=64)
def _narrowing(form: _Form) -> Narrowing:
    asked = {
        "answered": {one.code: one for one in of_the_form(form.plan.application)},
        "door": {one.code: one for one in of_the_doors(conditions(form.plan))},
    }
    titles = {"answered": _("What was sent"), "door": _("At the doors")}
    parts = [(kind, titles[kind], list(questions.values())) for kind, questions in asked.items() if questions]
    return Narrowing(
        asked, SafeString(render_to_string("applications/parts/narrowing.html", {"parts": parts}))
    )
