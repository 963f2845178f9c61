from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class ProgrammesConfig(AppConfig):
    name = "tremplin.programmes"
    label = "programmes"

    def ready(self) -> None:
        """What other stages know of a call for its page."""
        autodiscover_modules("effort")
