"""Pages of the journal for everybody: public posts, as a list and as feeds."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render

from tremplin.core.pages import paginate
from tremplin.programmes.http import CohortRequest
from tremplin.training import queries
from tremplin.training.feeds import LONGEST, as_atom


def public_journal(request: CohortRequest) -> HttpResponse:
    """All public posts of a cohort, the newest week first."""
    page = paginate(queries.public_entries(request.cohort), request, size=20)
    return render(request, "training/public_journal.html", {"page": page})


def public_entry(request: CohortRequest, ref: str) -> HttpResponse:
    """One public post, for everybody."""
    found = get_object_or_404(queries.public_entries(request.cohort), ref=ref)
    return render(request, "training/entry.html", {"entry": found, "public": True})


def feed(request: CohortRequest) -> HttpResponse:
    """The public posts of a cohort as a feed; an empty one where there is none yet."""
    posts = queries.public_entries(request.cohort).order_by("-published_at", "-pk")[:LONGEST]
    return _atom(as_atom(request.cohort, posts, address=request.path))


def writer_feed(request: CohortRequest, ref: str) -> HttpResponse:
    """The public posts of one scholar as a feed. Without any there is no such address: it would tell of a scholar."""
    posts = list(
        queries.public_entries(request.cohort)
        .filter(scholar__ref=ref)
        .order_by("-published_at", "-pk")[:LONGEST]
    )
    if not posts:
        raise Http404
    writer = posts[0].scholar.user.name
    return _atom(as_atom(request.cohort, posts, address=request.path, writer=writer))


def _atom(text: str) -> HttpResponse:
    response = HttpResponse(text, content_type="application/atom+xml; charset=utf-8")
    response["Cache-Control"] = "public, max-age=900"
    return response
