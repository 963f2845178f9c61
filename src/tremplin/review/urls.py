"""Addresses of reading, below those of a cohort."""

from django.urls import path

from tremplin.review.views import organise, read

app_name = "review"
urlpatterns = [
    path("review/", read.queue, name="queue"),
    path("review/next/", read.following, name="next"),
    path("review/profile/", read.profile, name="profile"),
    path("review/read/<slug:ref>/", read.read, name="read"),
    path("review/read/<slug:ref>/autosave/", read.autosave, name="autosave"),
    path("review/read/<slug:ref>/conflict/", read.conflict, name="conflict"),
    path("review/read/<slug:ref>/reopen/", read.reopen, name="reopen"),
    path("reviews/", organise.progress, name="progress"),
    path("reviews/assign/", organise.assign, name="assign"),
    path("reviews/applications/", organise.applications, name="applications"),
    path("reviews/applications/<slug:ref>/", organise.reads, name="reads"),
    path("reviews/reads/<slug:ref>/", organise.act, name="act"),
    path("reviews/reviewers/<slug:ref>/", organise.reviewer, name="reviewer"),
]
