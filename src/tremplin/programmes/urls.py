"""Addresses of institutions, of their programmes, and of what organisers share in a cohort."""

from django.urls import include, path

from tremplin.programmes.views import (
    call,
    institution,
    outbox,
    overview,
    people,
    record,
    replacing,
    standing_apart,
)

app_name = "programmes"
COHORT_URLS = [
    path("", call.call, name="call"),
    path("reasons/", call.reasons, name="reasons"),
    path("questions.txt", call.questions_file, name="questions-file"),
    path("dates.ics", call.calendar, name="calendar"),
    path("programme/", overview.overview, name="overview"),
    path("programme/dates/<slug:code>/", overview.date, name="date"),
    path("programme/file/", record.file, name="file"),
    path("programme/file.toml", record.download, name="file-download"),
    path("programme/file/change/", replacing.change, name="file-change"),
    path("programme/log/", record.log, name="log"),
    path("programme/log/export/", record.log_export, name="log-export"),
    path("programme/apart/", standing_apart.standing, name="apart"),
    path("programme/apart/<slug:ref>/", standing_apart.take_in, name="take-in"),
    path("people/", people.people, name="people"),
    path("people/<slug:ref>/revoke/", people.revoke, name="revoke"),
    path("mails/", outbox.outbox, name="outbox"),
    path("mails/all/", outbox.history, name="mails"),
    path("mails/mail/<slug:ref>/", outbox.message, name="mail"),
    path("mails/<slug:ref>/", outbox.batch, name="batch"),
    path("mails/<slug:ref>/act/", outbox.act, name="batch-act"),
]
urlpatterns = [
    path("<slug:institution>/", institution.institution, name="institution"),
    path("<slug:institution>/<slug:programme>/", institution.programme, name="programme"),
    path("<slug:institution>/<slug:programme>/<slug:cohort>/", include(COHORT_URLS)),
]
