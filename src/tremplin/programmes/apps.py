from django.apps import AppConfig


class ProgrammesConfig(AppConfig):
    name = "tremplin.programmes"
    label = "programmes"
