"""Addresses of the bench site."""

from django.urls import path

from bench.site import views
from tremplin.web import health

urlpatterns = [
    path("plain", views.plain),
    path("page", views.page),
    path("submit", views.submit),
    path("upload", views.upload),
    path("echo", views.echo),
    path("slow", views.slow),
    path("stream", views.stream),
    path("download", views.download),
    path("healthz", health.healthz),
]
