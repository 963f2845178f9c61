"""Pages into which people type: what stands in their fields must survive the browser's Back."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control

P = ParamSpec("P")
R = TypeVar("R", bound=HttpRequest)


def let_back_bring(answer: HttpResponse) -> None:
    """Mark `answer` as its reader's own and to be asked for anew, but not as one that must not be stored.

    For a page under “no-store” Firefox forgets, when it is left, all that was typed into it: somebody without
    script whose line dies as they send would come back to empty fields. Signing out clears what was stored.
    """
    patch_cache_control(answer, private=True, no_cache=True)


def forget_stored(answer: HttpResponse) -> None:
    """Have the browser drop what such pages let it store: nobody has to go back to them any more."""
    answer["Clear-Site-Data"] = '"cache"'


def typed_into(
    view: Callable[Concatenate[R, P], HttpResponse],
) -> Callable[Concatenate[R, P], HttpResponse]:
    """Decorate a view whose page people type into, in place of `never_cache`."""

    @wraps(view)
    def typed(request: R, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        answer = view(request, *args, **kwargs)
        let_back_bring(answer)
        return answer

    return typed
