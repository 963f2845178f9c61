"""The one place that reads the wall clock. Rules and services get `now` handed to them."""

from datetime import datetime

from django.utils import timezone


def now() -> datetime:
    """The current moment, aware, in UTC."""
    return timezone.now()
