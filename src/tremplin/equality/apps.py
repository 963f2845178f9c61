from django.apps import AppConfig


class EqualityConfig(AppConfig):
    name = "tremplin.equality"
    label = "equality"
