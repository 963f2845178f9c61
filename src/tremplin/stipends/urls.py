"""Addresses of stipends, below a cohort."""

from django.urls import path

from tremplin.stipends import views

app_name = "stipends"
urlpatterns = [
    path("stipend/", views.mine, name="mine"),
    path("stipend/details/", views.payee, name="payee"),
    path("stipends/", views.board, name="board"),
    path("stipends/<slug:ref>/", views.instalment, name="instalment"),
    path("stipends/<slug:ref>/details/", views.details, name="details"),
    path("scholars/<slug:ref>/extension/", views.extension, name="extension"),
]
