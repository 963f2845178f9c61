"""What would be if: supposed and looked at, never kept."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from tremplin.core import clock
from tremplin.core.errors import Conflict, Invalid
from tremplin.core.text import say
from tremplin.core.ui.charts import Interval
from tremplin.core.ui.posting import posted, show_refusal, status_of
from tremplin.programmes.http import CohortRequest
from tremplin.programmes.queries import people_with
from tremplin.programmes.roles import Role
from tremplin.review.plan import review_plan
from tremplin.selection import explaining, queries, services
from tremplin.selection.forms_what_if import WhatIfForm
from tremplin.selection.queries.what_if import MOST, Moved, WhatIf

_TONES = {"admit": "ok", "lottery": "warn", "decline": ""}


@never_cache
def what_if(request: CohortRequest) -> HttpResponse:
    """A supposition to make, and who would stand elsewhere under it."""
    cohort = request.cohort
    proposal = queries.proposal(cohort)
    criteria = [(row.code, say(row.label), row.weight) for row in review_plan(cohort).criteria]
    form = WhatIfForm(
        cohort,
        posted(request),
        criteria=criteria,
        reviewers=[(user.pk, user.get_full_name()) for user in people_with(cohort, Role.REVIEWER)],
        places=proposal.places if proposal else None,
    )
    context: dict[str, Any] = {"form": form, "open": queries.open_to_suppose(cohort), "proposal": proposal}
    if context["open"] and request.method == "POST" and form.is_valid():
        try:
            found = services.suppose(
                cohort=cohort, actor=request.user, supposed=form.supposed(), now=clock.now()
            )
            context |= _shown(found)
        except Invalid as fault:
            show_refusal(form, fault)
        except Conflict as refusal:
            context["refusal"] = refusal
    return render(request, "selection/what_if.html", context, status=status_of(form))


def _words() -> dict[str, str]:
    return {"admit": _("Clear top"), "lottery": _("In the draw"), "decline": _("Below")}


def _shown(found: WhatIf) -> dict[str, Any]:
    words = _words()
    return {
        "found": found,
        "bands": [(words[code], found.bands.get(code, 0), found.bands_after.get(code, 0)) for code in words],
        "moves": [
            (words[before], words[after], many) for (before, after), many in sorted(found.moves.items())
        ],
        "moved": [
            (row, words[row.before], words[row.after], _chance(row.chance), _chance(row.chance_after))
            for row in found.moved
        ],
        "field": [interval for row in found.moved for interval in _pair(row, words)],
        "most": MOST,
    }


def _chance(chance: float) -> str:
    return explaining.chance_words(chance)


def _pair(row: Moved, words: dict[str, str]) -> list[Interval]:
    ref = row.ref.upper()
    said = (
        (_("%(ref)s today"), row.estimate, row.before),
        (_("%(ref)s supposed"), row.estimate_after, row.after),
    )
    return [
        Interval(
            label=label % {"ref": ref},
            low=found.low,
            estimate=found.estimate,
            high=found.high,
            tone=_TONES[band],
            group=words[band],
        )
        for label, found, band in said
    ]
