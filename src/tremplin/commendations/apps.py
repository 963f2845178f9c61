from django.apps import AppConfig


class CommendationsConfig(AppConfig):
    name = "tremplin.commendations"
    label = "commendations"
