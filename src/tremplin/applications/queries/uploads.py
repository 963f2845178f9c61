"""Files that are on their way to an application."""

from tremplin.applications.models import Application
from tremplin.core.models import PartialUpload
from tremplin.people.models import User


def own_upload(user: User, application: Application, ref: str) -> PartialUpload | None:
    """The upload `ref` if it is this person's, on its way to this application."""
    rows = PartialUpload.objects.filter(owner_ref=user.ref, ref=ref)
    return rows.filter(purpose__startswith=f"applications:{application.ref}:").first()


def uploads_to(application: Application) -> list[PartialUpload]:
    """What is on its way to an application."""
    rows = PartialUpload.objects.filter(purpose__startswith=f"applications:{application.ref}:", stored_ref="")
    return list(rows.order_by("pk"))
