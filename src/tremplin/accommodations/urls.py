"""Addresses of what is asked in confidence, below those of a cohort. They tell nothing of what it is about."""

from django.urls import path

from tremplin.accommodations.views import mine, officer, pieces

app_name = "accommodations"
urlpatterns = [
    path("application/in-confidence/", mine.mine, name="mine"),
    path("application/in-confidence/word/", mine.word, name="word"),
    path("application/in-confidence/take-back/", mine.take_back, name="take-back"),
    path("application/in-confidence/recording/<slug:question>/", mine.recording, name="recording"),
    path("application/in-confidence/upload/<slug:question>/", pieces.begin, name="pieces-begin"),
    path("application/in-confidence/pieces/<slug:ref>/", pieces.upload, name="pieces"),
    path("in-confidence/", officer.requests, name="list"),
    path("in-confidence/file/<slug:ref>/", officer.file, name="file"),
    path("in-confidence/recording/<slug:ref>/", officer.transcript, name="transcript"),
    path("in-confidence/<slug:ref>/", officer.request, name="request"),
    path("in-confidence/<slug:ref>/answer/", officer.answer, name="answer"),
]
