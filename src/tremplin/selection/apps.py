from django.apps import AppConfig


class SelectionConfig(AppConfig):
    name = "tremplin.selection"
    label = "selection"
