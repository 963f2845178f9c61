"""Addresses of the form builder, below those of a cohort."""

from django.urls import path

from tremplin.builder.views import items, lists, outline, preview, publish

app_name = "builder"
urlpatterns = [
    path("programme/form/", outline.outline, name="form"),
    path("programme/form/act/", outline.act, name="act"),
    path("programme/form/discard/", outline.discard, name="discard"),
    path("programme/form/publish/", publish.publish, name="publish"),
    path("programme/form/draft.toml", outline.download, name="download"),
    path("programme/form/preview/", preview.start, name="preview"),
    path("programme/form/preview/doors/", preview.doors, name="preview-doors"),
    path("programme/form/preview/section/<slug:section>/", preview.section, name="preview-section"),
    path("programme/form/preview/check/", preview.check, name="preview-check"),
    path("programme/form/preview/sent/", preview.sent, name="preview-sent"),
    path("programme/form/preview/again/", preview.again, name="preview-again"),
    path("programme/form/add/<slug:kind>/", items.new, name="new"),
    path("programme/form/<slug:kind>/<slug:code>/", items.edit, name="item"),
    path("programme/form/<slug:kind>/<slug:code>/delete/", lists.delete, name="delete"),
    path("programme/form/<slug:kind>/<slug:code>/move/", lists.place, name="place"),
    path("programme/form/<slug:kind>/<slug:code>/autosave/", items.autosave, name="autosave"),
]
