"""Files in pieces, for upload.js: what the page's own form does in one go, over a line that breaks.

Begin with a POST of name, size and SHA-256. Then each piece is a POST with `Upload-Offset`; HEAD tells the
offset at any time; a POST with `deed` ends it: `finish` or `cancel`. POST rather than PATCH and DELETE, since
networks that people have to use let nothing else through.
"""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import Http404, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from tremplin.applications import services
from tremplin.applications.models import Application
from tremplin.applications.queries.uploads import own_upload
from tremplin.applications.views.common import own_or_404
from tremplin.core import clock
from tremplin.core.errors import UserError
from tremplin.core.models import PartialUpload
from tremplin.core.partial import MOST, WrongOffset
from tremplin.programmes.http import CohortRequest, cohort_url

P = ParamSpec("P")
View = Callable[Concatenate[CohortRequest, P], HttpResponse]


def _in_words(view: View[P]) -> View[P]:
    """Faults as JSON with the sentence that the page shows."""

    @wraps(view)
    def answered(request: CohortRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except WrongOffset as fault:
            return _at(fault.arrived, JsonResponse({"error": str(fault)}, status=fault.status))
        except UserError as fault:
            return JsonResponse({"error": str(fault)}, status=fault.status)

    return answered


def _at(offset: int, response: HttpResponse) -> HttpResponse:
    response["Upload-Offset"] = str(offset)
    return response


@never_cache
@_in_words
def begin(request: CohortRequest, question: str) -> HttpResponse:
    """Announce a file: where to send it, and how much of it is here already."""
    application = own_or_404(request)
    part = services.begin_upload(
        application=application,
        question=question,
        name=request.POST.get("name", ""),
        size=_number(request.POST.get("size", "")),
        sha256=request.POST.get("sha256", ""),
        actor=request.user,
        now=clock.now(),
    )
    content = {
        "url": cohort_url(request.cohort, "applications:upload", ref=part.ref),
        "offset": part.arrived,
        "saved": _saved(request, part.stored_ref) if part.stored_ref else None,
    }
    return _at(part.arrived, JsonResponse(content))


def _number(text: str) -> int:
    """A whole number; a huge one stays one, so that it is refused for what it is."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0


@never_cache
@_in_words
def upload(request: CohortRequest, ref: str) -> HttpResponse:
    """How much has arrived; the next piece; the end."""
    application = own_or_404(request)
    part = own_upload(request.user, application, ref)
    if part is None:
        raise Http404
    if request.method != "POST":
        response = _at(part.size if part.stored_ref else part.arrived, HttpResponse())
        response["Upload-Length"] = str(part.size)
        return response
    if "Upload-Offset" in request.headers:
        return _piece(request, application, part)
    if request.POST.get("deed") == "cancel":
        services.cancel_upload(application=application, part=part, actor=request.user)
        return HttpResponse(status=204)
    kept = services.finish_upload(application=application, part=part, actor=request.user, now=clock.now())
    return JsonResponse({"saved": _saved(request, kept.file.ref)})


def _piece(request: CohortRequest, application: Application, part: PartialUpload) -> HttpResponse:
    length = request.headers.get("Content-Length", "")
    if _number(length) > MOST:  # before it is read
        return JsonResponse({"error": _("This part of the file has the wrong size.")}, status=413)
    part = services.add_piece(
        application=application,
        part=part,
        offset=_number(request.headers["Upload-Offset"]),
        content=request.body,
        actor=request.user,
        now=clock.now(),
    )
    return _at(part.arrived, HttpResponse(status=204))


def _saved(request: CohortRequest, ref: str) -> str:
    """Where the file that arrived can be looked at."""
    return cohort_url(request.cohort, "applications:file", ref=ref)
