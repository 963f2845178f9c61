from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SelectionConfig(AppConfig):
    name = "tremplin.selection"
    label = "selection"
    verbose_name = _("selection")

    def ready(self) -> None:
        """Tell whoever plans the reading how many extra reads are still to come."""
        extra = import_module("tremplin.selection.queries.extra")
        import_module("tremplin.review.besides").register_extra(extra.extra_ahead)
