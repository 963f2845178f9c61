"""Addresses of training, below a cohort."""

from django.urls import path

from tremplin.training import failures, journal, views

app_name = "training"
urlpatterns = [
    path("training/", views.home, name="home"),
    path("training/week/<int:number>/", views.week, name="week"),
    path("training/scholars/", views.scholars, name="scholars"),
    path("training/scholars/<slug:ref>/", views.scholar, name="scholar"),
    path("training/scholars/<slug:ref>/plans/", views.versions, name="versions"),
    path("training/gradings/", failures.failures, name="failures"),
    path("training/gradings/again/", failures.grade_all_again, name="grade-all-again"),
    path("training/gradings/<slug:ref>/again/", failures.grade_again, name="grade-again"),
    path("labs/", views.labs, name="labs"),
    path("labs/results/<slug:ref>/", views.submission, name="submission"),
    path("labs/<slug:code>/", views.lab, name="lab"),
    path("labs/<slug:code>/start.py", views.stub, name="stub"),
    path("labs/<slug:code>/figures/<str:drawing>", views.figure, name="figure"),
    path("journal/", journal.journal, name="journal"),
    path("journal/week/<int:number>/", journal.write, name="write"),
    path("journal/week/<int:number>/autosave/", journal.autosave, name="autosave"),
    path("journal/<slug:ref>/", journal.entry, name="entry"),
    path("journal/<slug:ref>/public/", journal.public_entry, name="public-entry"),
]
