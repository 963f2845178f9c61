"""Addresses of the equality survey, below those of a cohort."""

from django.urls import path

from tremplin.equality import views

app_name = "equality"
urlpatterns = [
    path("survey/", views.invitation, name="invitation"),
    path("survey/answer/", views.answer, name="answer"),
    path("survey/thanks/", views.thanks, name="thanks"),
    path("survey/results/", views.results, name="results"),
]
