"""No page opens by itself: each view wants to see that the access table has let the request in.

Without this, a setting that forgets the access middleware, or puts another one before it, would open every
page of the house. With it, every page stays shut.
"""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver

LET_IN = "_let_in_by_the_access_table"


def guard(patterns: Sequence[URLPattern | URLResolver]) -> None:
    """Put the guard before every view of `patterns`, however deep they are included."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            guard(pattern.url_patterns)
        else:
            pattern.callback = _guarded(pattern.callback)


def let_in(request: HttpRequest) -> None:
    """The access table has decided for this request: for the access middleware alone."""
    setattr(request, LET_IN, True)


def _guarded(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not hasattr(request, LET_IN):
            raise ImproperlyConfigured("The access middleware is missing from MIDDLEWARE, so no page opens.")
        return view(request, *args, **kwargs)

    return guarded
