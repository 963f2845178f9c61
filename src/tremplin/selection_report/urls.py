"""Addresses of the account of a selection, below a cohort."""

from django.urls import path

from tremplin.selection_report import views

app_name = "selection_report"
urlpatterns = [
    path("selection-report/", views.newest, name="newest"),
    path("selection-report/draft/", views.draft, name="draft"),
    path("selection-report/draft/write/", views.write, name="write"),
    path("selection-report/<int:number>/", views.numbered, name="numbered"),
    path("selection-report/<int:number>.json", views.as_json, name="json"),
]
