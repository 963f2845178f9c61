"""Addresses of the programming interface, below `/api/v1/`."""

from django.urls import path

from tremplin.web.api import site, views

app_name = "api"
urlpatterns = [path("openapi.json", views.schema, name="schema"), *site.urls()]
