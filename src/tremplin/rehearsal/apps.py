from django.apps import AppConfig


class RehearsalConfig(AppConfig):
    name = "tremplin.rehearsal"
    label = "rehearsal"
