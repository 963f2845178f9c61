"""The key goes with the payment details that it opens, however these go."""

from typing import Any

from django.db.models.signals import post_delete
from django.dispatch import receiver

from tremplin.stipends import vault
from tremplin.stipends.models import PayeeForm


@receiver(post_delete, sender=PayeeForm)
def forget_key(instance: PayeeForm, **_kwargs: Any) -> None:
    """Destroy it once the transaction has held."""
    vault.forget(instance)
