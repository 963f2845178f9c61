"""Addresses of impact, below a cohort."""

from django.urls import path

from tremplin.impact import views

app_name = "impact"
urlpatterns = [
    path("surveys/", views.surveys, name="surveys"),
    path("surveys/<slug:code>/", views.survey, name="survey"),
    path("impact/", views.reports, name="reports"),
    path("impact/today/", views.today, name="today"),
    path("impact/<int:number>/", views.report, name="report"),
    path("impact/<int:number>.json", views.report_json, name="report-json"),
]
