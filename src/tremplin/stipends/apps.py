from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StipendsConfig(AppConfig):
    name = "tremplin.stipends"
    label = "stipends"
    verbose_name = _("stipends")

    def ready(self) -> None:
        """Keys go with the payment details that they open."""
        import_module("tremplin.stipends.signals")
