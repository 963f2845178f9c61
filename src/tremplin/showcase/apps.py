from django.apps import AppConfig


class ShowcaseConfig(AppConfig):
    name = "tremplin.showcase"
    label = "showcase"
