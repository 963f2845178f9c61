"""Addresses of mentoring, below a cohort."""

from django.urls import path

from tremplin.mentoring.views import checkins, offers, pairs

app_name = "mentoring"
urlpatterns = [
    path("mentoring/offer/", offers.offer, name="offer"),
    path("mentoring/wish/", offers.wish, name="wish"),
    path("mentoring/", pairs.pairings, name="pairings"),
    path("mentoring/propose/", pairs.propose, name="propose"),
    path("mentoring/hands/", checkins.concerns, name="concerns"),
    path("mentoring/hands/<slug:ref>/", checkins.close_concern, name="close-concern"),
    path("mentoring/<slug:ref>/", pairs.pairing, name="pairing"),
    path("mentoring/<slug:ref>/end/", pairs.end, name="end"),
    path("mentoring/<slug:ref>/check-ins/<slug:code>/", checkins.check_in, name="check-in"),
    path("mentoring/<slug:ref>/check-ins/<slug:code>/answers/", checkins.answers, name="answers"),
]
