"""URLs of the page of background work."""

from django.urls import path

from tremplin.core.jobs import views

app_name = "jobs"
urlpatterns = [
    path("", views.show, name="list"),
    path("<slug:ref>/", views.act, name="act"),
]
