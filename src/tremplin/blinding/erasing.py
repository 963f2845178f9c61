"""Copies and corrections go with the words that they were made of."""

from tremplin.applications.models import Application
from tremplin.blinding.models import Correction, RedactedCopy


def let_go(application: Application) -> None:
    """The application's words go, and so does what reviewers read of them."""
    Correction.objects.filter(application=application.pk).delete()
    RedactedCopy.objects.filter(snapshot__application=application.pk).delete()
