from django.apps import AppConfig


class ReviewConfig(AppConfig):
    name = "tremplin.review"
    label = "review"
