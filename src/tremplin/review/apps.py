from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReviewConfig(AppConfig):
    name = "tremplin.review"
    label = "review"
    verbose_name = _("reading")

    def ready(self) -> None:
        """Tell applications and programmes how one finds out who has begun to read, what goes with words, who reads
        on."""
        reached = import_module("tremplin.review.queries.reached")
        import_module("tremplin.applications.hooks").register_reading(reached.reading_begun)
        erasing = import_module("tremplin.review.erasing")
        import_module("tremplin.applications.hooks").register_letting_go(erasing.let_go)
        going = import_module("tremplin.review.services.role_goes")
        role = import_module("tremplin.programmes.roles").Role.REVIEWER
        parting = import_module("tremplin.programmes.parting")
        parting.register(role, going.told_parting, going.role_goes)
        import_module("tremplin.programmes.relied").register_reads(reached.reads_begun)
