from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReviewConfig(AppConfig):
    name = "tremplin.review"
    label = "review"
    verbose_name = _("reading")

    def ready(self) -> None:
        """Tell applications how one finds out whether somebody has begun to read one of them."""
        hooks = import_module("tremplin.applications.hooks")
        hooks.register_reading(import_module("tremplin.review.queries.reached").reading_begun)
