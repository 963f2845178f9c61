from importlib import import_module

from django.apps import AppConfig


class RehearsalConfig(AppConfig):
    name = "tremplin.rehearsal"
    label = "rehearsal"

    def ready(self) -> None:
        """Say of which cohorts the people are invented: a demonstration shows its programme for years."""
        retention = import_module("tremplin.programmes.retention")
        retention.register_inventions(import_module("tremplin.rehearsal.inventions").invented)
