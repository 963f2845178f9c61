"""What pages with a form have in common: what was sent, a service's refusal, the status to answer with."""

from django.forms import BaseForm
from django.http import HttpRequest, QueryDict

from tremplin.core.errors import Conflict, Invalid, TooMany

AGAIN = "again"
"""In the address to which a page posts that must not be its own: see `{% posts_to %}`."""


def posted(request: HttpRequest) -> QueryDict | None:
    """What was sent, even if it is nothing at all; None for a page that was only opened."""
    return request.POST if request.method == "POST" else None


def show_refusal(form: BaseForm, refusal: Invalid | Conflict | TooMany) -> None:
    """Put a service's refusal beside the fields it is about; what is about no field stands above them."""
    if not isinstance(refusal, Invalid):
        form.add_error(None, str(refusal))
        return
    for field, texts in refusal.errors.items():
        for text in texts:
            form.add_error(field if field in form.fields else None, text)


def status_of(form: BaseForm, *, stale: bool = False) -> int:
    """409 when somebody else was quicker, 422 when the form was refused, else 200."""
    if stale:
        return 409
    return 422 if form.is_bound and form.errors else 200
