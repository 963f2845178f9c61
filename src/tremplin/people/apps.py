from importlib import import_module

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    name = "tremplin.people"
    label = "people"
    verbose_name = _("accounts")

    def ready(self) -> None:
        """Listen to sign-ins; find what each room keeps about people, erases again, asks consent for, leads to."""
        import_module("tremplin.people.signals")
        import_module("tremplin.people.archived")
        autodiscover_modules("personal_data", "consents", "erased_again", "destinations")
