"""Addresses of what is kept, below a cohort: erasure requests, what goes when, what is kept about oneself."""

from django.urls import path

from tremplin.privacy import views

app_name = "privacy"
urlpatterns = [
    path("erasures/", views.requests, name="requests"),
    path("erasures/<slug:ref>/", views.one, name="request"),
    path("retention/", views.retention, name="retention"),
    path("retention/holds/<slug:ref>/lift/", views.lift, name="lift"),
    path("retention/<str:kept>/hold/", views.hold, name="hold"),
    path("who-sees-what/", views.audiences, name="audiences"),
    path("kept-about-you/", views.mine, name="mine"),
]
