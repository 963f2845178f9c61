"""Addresses of mentoring, below a cohort."""

from django.urls import path

from tremplin.mentoring import views

app_name = "mentoring"
urlpatterns = [
    path("mentoring/offer/", views.offer, name="offer"),
    path("mentoring/wish/", views.wish, name="wish"),
    path("mentoring/", views.pairings, name="pairings"),
    path("mentoring/propose/", views.propose, name="propose"),
    path("mentoring/concerns/", views.concerns, name="concerns"),
    path("mentoring/concerns/<slug:ref>/", views.close_concern, name="close-concern"),
    path("mentoring/<slug:ref>/", views.pairing, name="pairing"),
    path("mentoring/<slug:ref>/<slug:code>/", views.check_in, name="check-in"),
]
