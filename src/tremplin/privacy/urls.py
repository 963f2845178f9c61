"""Addresses of erasure requests, below a cohort."""

from django.urls import path

from tremplin.privacy import views

app_name = "privacy"
urlpatterns = [
    path("erasures/", views.requests, name="requests"),
    path("erasures/<slug:ref>/", views.one, name="request"),
]
