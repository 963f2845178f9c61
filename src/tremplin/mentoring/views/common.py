"""What several pages of mentoring need."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from tremplin.core.ui.posting import status_of
from tremplin.mentoring import queries
from tremplin.mentoring.models import Pairing, Side
from tremplin.programmes.http import CohortRequest


def pairing_or_404(request: CohortRequest, ref: str) -> Pairing:
    """The pairing at this address, if this person may see it, with the cohort at hand."""
    row: Pairing = get_object_or_404(queries.visible_pairings(request.user, request.cohort), ref=ref)
    row.scholar.cohort = request.cohort
    return row


def side_in(row: Pairing, request: CohortRequest) -> Side | None:
    """Which side of it the person is, None for those who look after both."""
    if row.scholar.user_id == request.user.pk:
        return Side.SCHOLAR
    return Side.MENTOR if row.mentor.user_id == request.user.pk else None


def page(request: CohortRequest, template: str, context: dict[str, Any], *, status: int = 0) -> HttpResponse:
    """The page; 422 when its form was refused, unless `status` says otherwise."""
    form = context["form"]
    return render(request, template, context, status=status or status_of(form))
