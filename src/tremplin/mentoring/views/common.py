"""What several pages of mentoring need."""

from typing import Any

from django import forms
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render

from tremplin.core.errors import Invalid
from tremplin.mentoring import queries
from tremplin.mentoring.models import Pairing, Side
from tremplin.programmes.http import CohortRequest


def posted(request: CohortRequest) -> QueryDict | None:
    """What was sent, even if it is nothing at all; None for a page that was only opened."""
    return request.POST if request.method == "POST" else None


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


def show(form: forms.Form, refusal: Invalid) -> None:
    """Put a service's refusal beside the fields it is about."""
    for field, texts in refusal.errors.items():
        for text in texts:
            form.add_error(field if field in form.fields else None, text)


def page(request: CohortRequest, template: str, context: dict[str, Any], *, status: int = 0) -> HttpResponse:
    """The page; 422 when its form was refused, unless `status` says otherwise."""
    form = context["form"]
    refused = 422 if form.is_bound and form.errors else 200
    return render(request, template, context, status=status or refused)
