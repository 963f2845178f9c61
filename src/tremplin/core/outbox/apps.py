from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class OutboxConfig(AppConfig):
    name = "tremplin.core.outbox"
    label = "outbox"

    def ready(self) -> None:
        """Stages declare in `leaving.py` which mails are still wanted when they leave: workers ask them too."""
        autodiscover_modules("leaving")
