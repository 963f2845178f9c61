from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "tremplin.web"
    label = "web"
