from django.apps import AppConfig


class ImpactConfig(AppConfig):
    name = "tremplin.impact"
    label = "impact"
