from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "tremplin.core.jobs"
    label = "jobs"
