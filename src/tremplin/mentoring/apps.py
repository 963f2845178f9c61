from django.apps import AppConfig


class MentoringConfig(AppConfig):
    name = "tremplin.mentoring"
    label = "mentoring"
