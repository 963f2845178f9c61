"""Addresses of erasure requests for administrators of the site."""

from django.urls import path

from tremplin.privacy import views

app_name = "erasures"
urlpatterns = [
    path("", views.site_requests, name="list"),
    path("<slug:ref>/", views.site_one, name="request"),
]
