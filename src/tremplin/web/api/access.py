"""The lock that the schema tells of. The doors (`doors.py`) have turned it before an endpoint runs."""

from typing import Any

from django.http import HttpRequest
from ninja.security.base import AuthBase


class Token(AuthBase):
    """A person’s token in the header `Authorization: Bearer …`."""

    openapi_type = "http"
    openapi_scheme = "bearer"
    openapi_description = "A token that you made in your account. It reads what you may read at that moment."

    def __call__(self, request: HttpRequest) -> Any:
        return getattr(request, "api_token", None)


token = Token()
