from django.apps import AppConfig


class StipendsConfig(AppConfig):
    name = "tremplin.stipends"
    label = "stipends"
