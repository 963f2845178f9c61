"""Addresses of applications, below those of a cohort."""

from django.urls import path

from tremplin.applications.views import (
    begin,
    finish,
    late_starts,
    more_time,
    offline,
    organise,
    upload,
    write,
)

app_name = "applications"
urlpatterns = [
    path("apply/", begin.eligibility, name="eligibility"),
    path("apply/start/", begin.start, name="start"),
    path("application/", write.hub, name="hub"),
    path("application/language/", write.language, name="language"),
    path("application/earlier/", write.earlier, name="earlier"),
    path("application/offline/", offline.offline, name="offline"),
    path("application/section/<slug:section>/", write.section, name="section"),
    path("application/section/<slug:section>/autosave/", write.autosave, name="autosave"),
    path("application/upload/<slug:question>/", upload.begin, name="upload-begin"),
    path("application/pieces/<slug:ref>/", upload.upload, name="upload"),
    path("application/check/", finish.check, name="check"),
    path("application/received/", finish.receipt, name="receipt"),
    path("application/copy/", finish.copy, name="copy"),
    path("application/withdraw/", finish.withdraw, name="withdraw"),
    path("application/resume/", finish.resume, name="resume"),
    path("application/file/<slug:ref>/", finish.download, name="file"),
    path("applications/", organise.board, name="board"),
    path("applications/figures/", organise.figures, name="figures"),
    path("applications/figures/live/", organise.live, name="figures-live"),
    path("applications/at-risk/", organise.at_risk, name="at-risk"),
    path("applications/write/", organise.write, name="write"),
    path("applications/choose/", organise.choose, name="choose"),
    path("applications/deeds/", organise.deeds, name="deeds"),
    path("applications/deeds/<slug:ref>/", organise.deed, name="deed"),
    path("applications/deeds/<slug:ref>/undo/", organise.undo, name="deed-undo"),
    path("applications/export/", organise.export, name="export"),
    path("applications/time-to-begin/", late_starts.late_start, name="late-start"),
    path("applications/<slug:ref>/", organise.application, name="application"),
    path("applications/<slug:ref>/time/", more_time.more_time, name="more-time"),
]
