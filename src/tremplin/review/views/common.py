"""What several pages need."""

from django.http import HttpRequest, QueryDict


def posted(request: HttpRequest) -> QueryDict | None:
    """What was sent, even if all of it is empty; None when the page is only looked at."""
    return request.POST if request.method == "POST" else None
