"""Addresses of the selection, below those of a cohort."""

from django.urls import path

from tremplin.selection.views import changing, draw, evidence, outcome, places, room, scholars, what_if

app_name = "selection"
urlpatterns = [
    path("evidence/", evidence.evidence, name="evidence"),
    path("evidence/mine/", evidence.mine, name="own-reading"),
    path("evidence/extra/", evidence.send_extra, name="send-extra"),
    path("decisions/", room.room, name="room"),
    path("decisions/propose/", room.propose, name="propose"),
    path("decisions/round/", room.public_round, name="public-round"),
    path("decisions/draw/", room.draw_places, name="draw-places"),
    path("decisions/sign/", room.sign, name="sign"),
    path("decisions/confirm/", room.confirm, name="confirm"),
    path("decisions/what-if/", what_if.what_if, name="what-if"),
    path("decisions/by-hand/<slug:ref>/", changing.change, name="change"),
    path("decisions/by-hand/<slug:ref>/back/", changing.drop, name="drop-change"),
    path("decisions/<slug:ref>/", changing.decision, name="decision"),
    path("places/", places.places, name="places"),
    path("places/close/", places.close, name="close"),
    path("places/offers/<slug:ref>/", places.extend, name="extend"),
    path("places/offers/<slug:ref>/declined/", places.declined, name="record-decline"),
    path("places/offers/<slug:ref>/again/", places.reopen, name="reopen-offer"),
    path("places/scholars/<slug:ref>/", places.withdraw, name="withdraw"),
    path("scholars/", scholars.scholars, name="scholars"),
    path("scholars/<slug:ref>/", scholars.scholar, name="scholar"),
    path("draw/", draw.page, name="draw"),
    path("draw/commit/", draw.commit, name="commit"),
    path("draw/file/", draw.file, name="draw-file"),
    path("outcome/", outcome.outcome, name="outcome"),
    path("outcome/accept/", outcome.accept, name="accept"),
    path("outcome/decline/", outcome.decline, name="decline"),
    path("outcome/leave/", outcome.leave, name="leave"),
]
