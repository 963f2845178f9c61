from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EqualityConfig(AppConfig):
    name = "tremplin.equality"
    label = "equality"
    verbose_name = _("equality survey")
