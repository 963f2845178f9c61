"""Addresses of stipends, below a cohort."""

from django.urls import path

from tremplin.stipends.views import board, ledger, mine, payment, steps

app_name = "stipends"
urlpatterns = [
    path("stipend/", mine.mine, name="mine"),
    path("stipend/details/", mine.payee, name="payee"),
    path("stipends/", board.board, name="board"),
    path("stipends/steps/", steps.steps, name="steps"),
    path("stipends/ledger/", ledger.ledger, name="ledger"),
    path("stipends/ledger/file/", ledger.ledger_file, name="ledger-file"),
    path("stipends/kept/", board.keeping, name="keeping"),
    path("stipends/<slug:ref>/", payment.instalment, name="instalment"),
    path("stipends/<slug:ref>/details/", payment.details, name="details"),
    path("scholars/<slug:ref>/extension/", payment.extension, name="extension"),
]
