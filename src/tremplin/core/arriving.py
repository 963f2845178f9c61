"""Files in pieces over HTTP, for upload.js: what a page's own form does in one go, over a line that breaks.

Begin with a POST of name, size and SHA-256. Then each piece is a POST with `Upload-Offset`; HEAD tells the
offset at any time; a POST with `deed` ends it: `finish` or `cancel`. POST rather than PATCH and DELETE, since
networks that people have to use let nothing else through.
"""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, NamedTuple, ParamSpec, TypeVar

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from tremplin.core.errors import UserError
from tremplin.core.models import PartialUpload
from tremplin.core.partial import MOST, WrongOffset
from tremplin.core.text import whole

_DIGITS = 15  # a huge size stays one, so that it is refused for what it is
P = ParamSpec("P")
R = TypeVar("R", bound=HttpRequest)
View = Callable[Concatenate[R, P], HttpResponse]


class Announced(NamedTuple):
    """What a browser says of a file before it sends it."""

    name: str
    size: int
    sha256: str


class Deeds(NamedTuple):
    """What can be done with an upload. `finish` says where what arrived can be looked at."""

    add: Callable[[int, bytes], PartialUpload]
    finish: Callable[[], str]
    cancel: Callable[[], None]


def in_words(view: View[R, P]) -> View[R, P]:
    """Faults as JSON with the sentence that the page shows."""

    @wraps(view)
    def answered(request: R, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except WrongOffset as fault:
            return _at(fault.arrived, JsonResponse({"error": str(fault)}, status=fault.status))
        except UserError as fault:
            return JsonResponse({"error": str(fault)}, status=fault.status)

    return answered


def announced(request: HttpRequest) -> Announced:
    sent = request.POST
    return Announced(sent.get("name", ""), whole(sent.get("size"), digits=_DIGITS), sent.get("sha256", ""))


def begun(part: PartialUpload, *, url: str, saved: str | None) -> HttpResponse:
    """Where to send the file, and how much of it is here already."""
    return _at(part.arrived, JsonResponse({"url": url, "offset": part.arrived, "saved": saved}))


def answer(request: HttpRequest, part: PartialUpload, deeds: Deeds) -> HttpResponse:
    """How much has arrived; the next piece; the end."""
    if request.method != "POST":
        response = _at(part.size if part.stored_ref else part.arrived, HttpResponse())
        response["Upload-Length"] = str(part.size)
        return response
    if "Upload-Offset" in request.headers:
        return _piece(request, deeds)
    if request.POST.get("deed") == "cancel":
        deeds.cancel()
        return HttpResponse(status=204)
    return JsonResponse({"saved": deeds.finish()})


def _piece(request: HttpRequest, deeds: Deeds) -> HttpResponse:
    if whole(request.headers.get("Content-Length"), digits=_DIGITS) > MOST:  # before it is read
        return JsonResponse({"error": _("This part of the file has the wrong size.")}, status=413)
    part = deeds.add(whole(request.headers["Upload-Offset"], digits=_DIGITS), request.body)
    return _at(part.arrived, HttpResponse(status=204))


def _at(offset: int, response: HttpResponse) -> HttpResponse:
    response["Upload-Offset"] = str(offset)
    return response
