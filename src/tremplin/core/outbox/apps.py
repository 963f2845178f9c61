from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "tremplin.core.outbox"
    label = "outbox"
