"""Long lists, a page at a time."""

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest


def paginate(rows: QuerySet[Any] | Sequence[Any], request: HttpRequest, size: int = 50) -> Page[Any]:
    """The page of `rows` that `?page=` asks for; a number out of range gives the nearest page."""
    return Paginator(rows, size).get_page(request.GET.get("page"))


def paginate_by_key(rows: QuerySet[Any], request: HttpRequest, size: int = 50) -> Page[Any]:
    """The same for wide rows in their thousands: the database sorts and skips their keys alone, then fetches a page.

    One query more than `paginate`, and ten times less to read where no index gives the order.
    """
    page = paginate(rows.values_list("pk", flat=True), request, size)
    keys = list(page.object_list)
    found = rows.in_bulk(keys)
    page.object_list = [found[key] for key in keys if key in found]
    return page
