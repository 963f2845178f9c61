from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FirstReadsConfig(AppConfig):
    name = "tremplin.first_reads"
    label = "first_reads"
    verbose_name = _("first reads")

    def ready(self) -> None:
        """Stand before a reviewer's own list, and go when the words of an application go."""
        queries = import_module("tremplin.first_reads.queries")
        import_module("tremplin.review.gates").register(queries.before_others)
        import_module("tremplin.review.besides").register_first(queries.still_first)
        erasing = import_module("tremplin.first_reads.erasing")
        import_module("tremplin.applications.hooks").register_letting_go(erasing.let_go)
