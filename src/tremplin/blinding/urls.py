"""Addresses of blinded copies, below those of a cohort."""

from django.urls import path

from tremplin.blinding.views import mine, organise

app_name = "blinding"
urlpatterns = [
    path("application/as-read/", mine.mine, name="mine"),
    path("application/as-read/take-back/<slug:ref>/", mine.take_back, name="mine-take-back"),
    path("reviews/blinding/", organise.copies, name="list"),
    path("reviews/blinding/<slug:ref>/", organise.one, name="one"),
    path("reviews/blinding/<slug:ref>/take-back/<slug:correction>/", organise.take_back, name="take-back"),
]
