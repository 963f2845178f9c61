"""URLs of the mailbox of a demonstration."""

from django.urls import path

from tremplin.core.outbox import views

app_name = "outbox"
urlpatterns = [
    path("", views.mailbox, name="mailbox"),
    path("<slug:name>/", views.mail, name="mail"),
]
