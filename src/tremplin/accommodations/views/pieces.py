"""Recordings in pieces: the addresses that `core.arriving` speaks at."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from tremplin.accommodations import queries
from tremplin.accommodations.models import Request
from tremplin.accommodations.services import pieces
from tremplin.applications.views.common import own_or_404
from tremplin.core import arriving, clock
from tremplin.core.models import PartialUpload
from tremplin.programmes.http import CohortRequest, cohort_url


def _asked(request: CohortRequest) -> Request:
    found = queries.own_request(own_or_404(request))
    if found is None:
        raise Http404
    return found


@never_cache
@arriving.in_words
def begin(request: CohortRequest, question: str) -> HttpResponse:
    """Announce a recording: where to send it, and how much of it is here already."""
    given = arriving.announced(request)
    part = pieces.begin(
        request=_asked(request),
        question=question,
        name=given.name,
        size=given.size,
        sha256=given.sha256,
        actor=request.user,
        now=clock.now(),
    )
    url = cohort_url(request.cohort, "accommodations:pieces", ref=part.ref)
    return arriving.begun(part, url=url, saved=_saved(request, question) if part.stored_ref else None)


@never_cache
@arriving.in_words
def upload(request: CohortRequest, ref: str) -> HttpResponse:
    """How much has arrived; the next piece; the end."""
    asked = _asked(request)
    part = queries.own_upload(request.user, asked, ref)
    if part is None:
        raise Http404
    deeds = arriving.Deeds(
        add=lambda offset, content: pieces.add(
            request=asked, part=part, offset=offset, content=content, actor=request.user, now=clock.now()
        ),
        finish=lambda: _finish(request, asked, part),
        cancel=lambda: pieces.cancel(request=asked, part=part, actor=request.user),
    )
    return arriving.answer(request, part, deeds)


def _finish(request: CohortRequest, asked: Request, part: PartialUpload) -> str:
    kept = pieces.finish(request=asked, part=part, actor=request.user, now=clock.now())
    messages.success(request, _("Your recording is here. A mail tells you when its transcript is written."))
    return _saved(request, kept.question)


def _saved(request: CohortRequest, question: str) -> str:
    """The page on which what arrived can be heard."""
    return cohort_url(request.cohort, "accommodations:recording", question=question)
