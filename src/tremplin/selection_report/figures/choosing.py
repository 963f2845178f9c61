"""How far people came, the field of scores with its line, the draw, and what was changed by hand."""

import hashlib
import json
from collections import Counter
from math import isfinite
from typing import Any

from django.db.models import Count, Q

from tremplin.applications.models import Application
from tremplin.applications.queries.figures import counts_ever
from tremplin.programmes.models import Cohort
from tremplin.programmes.retention import frozen
from tremplin.selection import queries as selection
from tremplin.selection import rationales
from tremplin.selection.models import Band, Decision, Offer, Override, OverrideState, Proposal, Wanted
from tremplin.selection_report import rules


def funnel(cohort: Cohort) -> dict[str, int]:
    """How many began, sent, were decided about, were near, were offered and took a place."""
    ever, kept = counts_ever(cohort), frozen(cohort, "applications")
    sent = Application.objects.filter(cohort=cohort, submitted_at__isnull=False)
    decisions = Decision.objects.filter(proposal__cohort=cohort).aggregate(
        decided=Count("pk"), near=Count("pk", filter=~Q(band=Band.DECLINE))
    )
    offers = Offer.objects.filter(cohort=cohort).aggregate(
        offered=Count("pk"), accepted=Count("pk", filter=~Q(agreement_hash=""))
    )
    return {
        "began": ever.started,
        "sent": kept.figures["sent"] if kept else sent.count(),
        **decisions,
        **offers,
    }


def field(cohort: Cohort, proposal: Proposal | None) -> dict[str, Any]:
    """Estimates as means of neighbours, and the line between the last place and the next person."""
    rows = Decision.objects.filter(proposal__cohort=cohort).values_list("low", "estimate", "high", "band")
    line = (proposal.figures if proposal else {}).get("line")
    shown = rules.neighbours([rules.Scored(*row) for row in rows])
    return {
        "neighbours": rules.as_rows(shown),
        "line": round(line, 1) if shown and line is not None and isfinite(line) else None,
    }


def drawn(cohort: Cohort, proposal: Proposal | None) -> dict[str, Any] | None:
    """The draw, as it is public anyway; None where scores alone decided."""
    draw = selection.public_draw(cohort)
    if draw is None or draw.opened_at is None or proposal is None or not proposal.figures.get("drawn"):
        return None
    return {
        "commitment": draw.commitment,
        "committed_at": draw.committed_at.isoformat(),
        "listed": draw.listed,
        "listed_at": draw.listed_at.isoformat() if draw.listed_at else None,
        "opened_at": draw.opened_at.isoformat(),
        **_seed(draw.file),
        "chances": _chances(cohort),
        "places": proposal.figures["drawn"],
        "entries": proposal.figures["band"],
    }


def _seed(file: str) -> dict[str, Any]:
    """What was promised, what was revealed, the seed that both give, and the name of the file that holds the draw."""
    content = json.loads(file)
    return {
        **{name: content[name] for name in ("promise", "reveal", "seed")},
        "file": hashlib.sha256(file.encode()).hexdigest(),
    }


def _chances(cohort: Cohort) -> list[dict[str, Any]]:
    """How many took part with which chance, as the file of the draw says of each code."""
    taking_part = Decision.objects.filter(proposal__cohort=cohort, band=Band.LOTTERY)
    found = Counter(round(chance, 6) for chance in taking_part.values_list("chance", flat=True))
    return [{"chance": chance, "people": many} for chance, many in sorted(found.items(), reverse=True)]


def _agreed(cohort: Cohort) -> dict[str, Any]:
    """How many changes two people agreed to for each kind of reason, places that were added among them.

    A kind with fewer than can be told is left out, as one without any is; `constrained` says whether any rests on a
    constraint that the law permits, since the rules themselves know none.
    """
    agreed = Override.objects.filter(proposal__cohort=cohort, state=OverrideState.AGREED)
    codes = agreed.exclude(wanted=Wanted.RULE).values_list("code", flat=True)
    found = Counter(rationales.kind_of(code) for code in codes)
    told = {kind: rules.some(found[kind]) for kind in rationales.RATIONALES}
    return {
        "kinds": [{"kind": kind, "changes": changes} for kind, changes in told.items() if changes],
        "constrained": bool(found[rationales.CONSTRAINT]),
    }


def decided(cohort: Cohort, proposal: Proposal | None) -> dict[str, Any]:
    """How the decisions were taken: always by two people, and how many by hand."""
    by_hand = Decision.objects.filter(proposal__cohort=cohort).exclude(overridden="")
    return {
        "places": proposal.places if proposal else 0,
        "by_hand": by_hand.count(),
        **_agreed(cohort),
        "two_people": bool(proposal and proposal.confirmed_by_id),
    }
