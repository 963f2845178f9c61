"""Addresses of reading, below those of a cohort."""

from django.urls import path

from tremplin.review.views import asking, more, organise, planning, read, second_pass, sharing

app_name = "review"
urlpatterns = [
    path("review/", read.queue, name="queue"),
    path("review/next/", read.following, name="next"),
    path("review/more/", more.more, name="more"),
    path("review/profile/", read.profile, name="profile"),
    path("review/read/<slug:ref>/", read.read, name="read"),
    path("review/read/<slug:ref>/autosave/", read.autosave, name="autosave"),
    path("review/read/<slug:ref>/conflict/", read.conflict, name="conflict"),
    path("review/read/<slug:ref>/reopen/", read.reopen, name="reopen"),
    path("review/read/<slug:ref>/look-again/", asking.look_again, name="look-again"),
    path("review/read/<slug:ref>/speaks-of/", asking.note, name="note"),
    path("review/read/<slug:ref>/pass-on/", asking.pass_on, name="pass"),
    path("reviews/", organise.progress, name="progress"),
    path("reviews/capacity/", planning.capacity, name="capacity"),
    path("reviews/assign/", organise.assign, name="assign"),
    path("reviews/second-pass/", second_pass.second_pass, name="second-pass"),
    path("reviews/given/", sharing.given, name="given"),
    path("reviews/given/<slug:ref>/", sharing.sharing, name="sharing"),
    path("reviews/applications/", organise.applications, name="applications"),
    path("reviews/applications/<slug:ref>/", organise.reads, name="reads"),
    path("reviews/applications/<slug:ref>/conflict/<slug:reviewer>/<slug:kind>/", sharing.tie, name="tie"),
    path("reviews/applications/<slug:ref>/speaks-of/", asking.speaks_of, name="speaks-of"),
    path("reviews/look-again/", asking.asked, name="asked"),
    path("reviews/look-again/<slug:ref>/", asking.answer, name="answer"),
    path("reviews/reads/<slug:ref>/", organise.act, name="act"),
    path("reviews/reviewers/<slug:ref>/", organise.reviewer, name="reviewer"),
    path("reviews/reviewers/<slug:ref>/hand-over/", sharing.handover, name="handover"),
    path("reviews/reviewers/<slug:ref>/back/", sharing.back, name="back"),
]
