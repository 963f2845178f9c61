"""Pages and other text leave compressed: on a slow line that is the difference between five seconds and two."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

_TEXT = ("text/", "application/json", "application/xml", "image/svg+xml")


class PackMiddleware(GZipMiddleware):
    """Django's, which pads with random bytes so that the length of a page tells nothing of the secrets in it (the
    form tokens are masked anew in each page besides); for whole texts alone. Files and long exports go as they are,
    at the reader's pace and with their length said.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> Any:
        kind = response.headers.get("Content-Type", "")
        if not isinstance(response, HttpResponse) or response.streaming or not kind.startswith(_TEXT):
            return response
        return super().process_response(request, response)
