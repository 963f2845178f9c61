"""Addresses of the showcase, below a cohort."""

from django.urls import path

from tremplin.showcase import views

app_name = "showcase"
urlpatterns = [
    path("showcase/", views.gallery, name="gallery"),
    path("showcase/mine/", views.mine, name="mine"),
    path("showcase/organise/", views.organise, name="organise"),
    path("showcase/<slug:ref>/", views.page, name="page"),
    path("showcase/<slug:ref>/act/", views.act, name="act"),
]
