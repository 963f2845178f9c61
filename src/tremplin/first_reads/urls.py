"""Addresses of first reads, below those of a cohort."""

from django.urls import path

from tremplin.first_reads import views

app_name = "first_reads"
urlpatterns = [
    path("review/first/", views.mine, name="mine"),
    path("review/first/<slug:ref>/", views.read, name="read"),
    path("review/first/<slug:ref>/autosave/", views.autosave, name="autosave"),
    path("review/first/<slug:ref>/conflict/", views.tie, name="tie"),
    path("review/first/<slug:ref>/discussion/", views.discussion, name="discussion"),
    path("reviews/first/", views.organise, name="organise"),
    path("reviews/first/choose/", views.choose, name="choose"),
    path("reviews/first/write/", views.write, name="write"),
    path("reviews/first/open/", views.open_set, name="open"),
    path("reviews/first/close/", views.close, name="close"),
    path("reviews/first/let-go/<slug:ref>/", views.let_go, name="let-go"),
    path("reviews/first/<slug:ref>/remove/", views.remove, name="remove"),
    path("reviews/first/<slug:ref>/agreed/", views.agreed, name="agreed"),
]
