"""Addresses of commendations, below a cohort."""

from django.urls import path

from tremplin.commendations import views

app_name = "commendations"
urlpatterns = [
    path("commendation/", views.own, name="own"),
    path("commendation/take-back/", views.take_back, name="take-back"),
    path("commendations/<slug:ref>/", views.note, name="note"),
]
