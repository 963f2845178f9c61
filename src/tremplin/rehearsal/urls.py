"""Addresses of rehearsals, below a cohort."""

from django.urls import path

from tremplin.rehearsal import views

app_name = "rehearsal"
urlpatterns = [path("rehearsal/", views.report, name="report")]
