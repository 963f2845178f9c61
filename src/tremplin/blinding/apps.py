from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BlindingConfig(AppConfig):
    name = "tremplin.blinding"
    label = "blinding"
    verbose_name = _("blinding")

    def ready(self) -> None:
        """Stand on an applicant's own pages, and go when the words of their application go."""
        hooks = import_module("tremplin.applications.hooks")
        hooks.register_help(import_module("tremplin.blinding.help").help_for)
        hooks.register_letting_go(import_module("tremplin.blinding.erasing").let_go)
