from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccommodationsConfig(AppConfig):
    name = "tremplin.accommodations"
    label = "accommodations"
    verbose_name = _("accommodations")

    def ready(self) -> None:
        """Stand beside an applicant's own pages, and go when the words of their application go."""
        import_module("tremplin.accommodations.signals")
        hooks = import_module("tremplin.applications.hooks")
        hooks.register_help(import_module("tremplin.accommodations.help").help_for)
        hooks.register_mark("asked", import_module("tremplin.accommodations.queries").asked)
        hooks.register_letting_go(import_module("tremplin.accommodations.erasing").let_go)
