"""Addresses of projects, below a cohort."""

from django.urls import path

from tremplin.projects import views

app_name = "projects"
urlpatterns = [
    path("project/", views.mine, name="mine"),
    path("projects/", views.projects, name="projects"),
    path("projects/<slug:ref>/", views.project, name="project"),
    path("projects/<slug:ref>/edit/", views.edit, name="edit"),
    path("projects/<slug:ref>/milestones/<slug:code>/", views.milestone, name="milestone"),
    path("projects/<slug:ref>/checklist/<slug:code>/", views.mark, name="mark"),
]
