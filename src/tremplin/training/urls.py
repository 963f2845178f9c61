"""Addresses of training, below a cohort."""

from django.urls import path

from tremplin.training.views import (
    failures,
    journal,
    labs,
    planning,
    public_journal,
    remarks,
    submissions,
    syllabus,
)

app_name = "training"
urlpatterns = [
    path("training/", syllabus.home, name="home"),
    path("training/begin/", planning.begin, name="begin"),
    path("training/plan/", planning.plan, name="plan"),
    path("training/week/<int:number>/back/", planning.look_back, name="look-back"),
    path("training/week/<int:number>/", planning.week, name="week"),
    path("training/scholars/", syllabus.scholars, name="scholars"),
    path("training/scholars/<slug:ref>/", syllabus.scholar, name="scholar"),
    path("training/scholars/<slug:ref>/plans/", syllabus.versions, name="versions"),
    path("training/gradings/", failures.failures, name="failures"),
    path("training/gradings/again/", failures.grade_all_again, name="grade-all-again"),
    path("training/gradings/<slug:ref>/again/", failures.grade_again, name="grade-again"),
    path("labs/", labs.labs, name="labs"),
    path("labs/results/<slug:ref>/", submissions.submission, name="submission"),
    path("labs/results/<slug:ref>/code/", remarks.code, name="code"),
    path("labs/remarks/<slug:ref>/take-back/", remarks.take_back, name="take-back-remark"),
    path("labs/<slug:code>/", labs.lab, name="lab"),
    path("labs/<slug:code>/autosave/", submissions.autosave, name="lab-autosave"),
    path("labs/<slug:code>/start.py", labs.stub, name="stub"),
    path("labs/<slug:code>/figures/<str:drawing>", labs.figure, name="figure"),
    path("journal/", journal.journal, name="journal"),
    path("journal/public/", public_journal.public_journal, name="public-journal"),
    path("journal/feed.atom", public_journal.feed, name="feed"),
    path("journal/by/<slug:ref>/feed.atom", public_journal.writer_feed, name="writer-feed"),
    path("journal/week/<int:number>/", journal.write, name="write"),
    path("journal/week/<int:number>/autosave/", journal.autosave, name="autosave"),
    path("journal/<slug:ref>/", journal.entry, name="entry"),
    path("journal/<slug:ref>/public/", public_journal.public_entry, name="public-entry"),
]
