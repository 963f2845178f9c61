"""A file goes with the recording that names it, and what is on its way with the request, however these go."""

from typing import Any

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver

from tremplin.accommodations import vault
from tremplin.accommodations.models import Recording, Request
from tremplin.core import partial
from tremplin.core.models import StoredFile


@receiver(post_delete, sender=Request)
def forget_what_is_on_its_way(instance: Request, **_kwargs: Any) -> None:
    """Pieces of recordings that had not arrived yet."""
    partial.forget_of(f"accommodations:{instance.ref}:")


@receiver(post_delete, sender=Request)
def forget_key(instance: Request, **_kwargs: Any) -> None:
    """What was said goes from every backup too."""
    vault.forget(instance)


@receiver(post_delete, sender=Recording)
def forget_file(instance: Recording, **_kwargs: Any) -> None:
    """Delete the row of the file now, and its content once the transaction has held."""
    file = StoredFile.objects.filter(pk=instance.file_id).first()
    if file is None:
        return
    path = file.path
    file.delete()
    transaction.on_commit(lambda: default_storage.delete(path))
