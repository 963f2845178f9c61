"""Files as answers in pieces: the addresses that `core.arriving` speaks at."""

from django.http import Http404, HttpResponse
from django.views.decorators.cache import never_cache

from tremplin.applications import services
from tremplin.applications.models import Application
from tremplin.applications.queries.uploads import own_upload
from tremplin.applications.views.common import own_or_404
from tremplin.core import arriving, clock
from tremplin.core.models import PartialUpload
from tremplin.programmes.http import CohortRequest, cohort_url


@never_cache
@arriving.in_words
def begin(request: CohortRequest, question: str) -> HttpResponse:
    """Announce a file: where to send it, and how much of it is here already."""
    application = own_or_404(request)
    given = arriving.announced(request)
    part = services.begin_upload(
        application=application,
        question=question,
        name=given.name,
        size=given.size,
        sha256=given.sha256,
        actor=request.user,
        now=clock.now(),
    )
    url = cohort_url(request.cohort, "applications:upload", ref=part.ref)
    return arriving.begun(part, url=url, saved=_saved(request, part.stored_ref) if part.stored_ref else None)


@never_cache
@arriving.in_words
def upload(request: CohortRequest, ref: str) -> HttpResponse:
    """How much has arrived; the next piece; the end."""
    application = own_or_404(request)
    part = own_upload(request.user, application, ref)
    if part is None:
        raise Http404
    deeds = arriving.Deeds(
        add=lambda offset, content: services.add_piece(
            application=application,
            part=part,
            offset=offset,
            content=content,
            actor=request.user,
            now=clock.now(),
        ),
        finish=lambda: _saved(request, _finish(request, application, part)),
        cancel=lambda: services.cancel_upload(application=application, part=part, actor=request.user),
    )
    return arriving.answer(request, part, deeds)


def _finish(request: CohortRequest, application: Application, part: PartialUpload) -> str:
    kept = services.finish_upload(application=application, part=part, actor=request.user, now=clock.now())
    return kept.file.ref


def _saved(request: CohortRequest, ref: str) -> str:
    """Where the file that arrived can be looked at."""
    return cohort_url(request.cohort, "applications:file", ref=ref)
