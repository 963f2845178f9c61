"""Addresses of the equality survey, below those of a cohort."""

from django.urls import path

from tremplin.equality import views

app_name = "equality"
urlpatterns = [
    path("survey/", views.invitation, name="invitation"),
    path("survey/answer/", views.answer, name="answer"),
    path("survey/thanks/", views.thanks, name="thanks"),
    path("survey/results/", views.results, name="results"),
    path("survey/kept/", views.linked, name="linked"),
    path("survey/kept/take-back/", views.take_back, name="take-back"),
    path("survey/groups/", views.comparison, name="comparison"),
    path("survey/groups/propose/", views.propose, name="propose"),
    path("survey/groups/<slug:ref>/confirm/", views.confirm, name="confirm"),
    path("survey/groups/<slug:ref>/seal/", views.seal, name="seal"),
]
