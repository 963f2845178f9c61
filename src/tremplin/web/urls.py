"""All addresses. Pages of a cohort live below `/<institution>/<programme>/<cohort>/`."""

from django.urls import URLPattern, URLResolver, include, path

from tremplin.core.ui.views import design
from tremplin.web import health, views
from tremplin.web.api import views as api
from tremplin.web.guard import guard

handler400 = "tremplin.web.errors.bad_request"
handler403 = "tremplin.web.errors.forbidden"
handler404 = "tremplin.web.errors.not_found"
handler500 = "tremplin.web.errors.broken"

COHORT_URLS: list[URLPattern | URLResolver] = [
    path("desk/", views.desk, name="desk"),
    path("", include("tremplin.privacy.urls")),
    path("", include("tremplin.applications.urls")),
    path("", include("tremplin.accommodations.urls")),
    path("", include("tremplin.equality.urls")),
    path("", include("tremplin.blinding.urls")),
    path("", include("tremplin.first_reads.urls")),
    path("", include("tremplin.review.urls")),
    path("", include("tremplin.builder.urls")),
    path("", include("tremplin.selection.urls")),
    path("", include("tremplin.selection_report.urls")),
    path("", include("tremplin.commendations.urls")),
    path("", include("tremplin.mentoring.urls")),
    path("", include("tremplin.stipends.urls")),
    path("", include("tremplin.training.urls")),
    path("", include("tremplin.projects.urls")),
    path("", include("tremplin.showcase.urls")),
    path("", include("tremplin.impact.urls")),
    path("", include("tremplin.rehearsal.urls")),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("language/", views.set_language, name="set_language"),
    path("healthz", health.healthz, name="healthz"),
    path("robots.txt", views.robots, name="robots"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("data-protection/", views.data_protection, name="data-protection"),
    path("design/", design, name="design"),
    path("api/", api.guide, name="api"),
    path("api/v1/", include("tremplin.web.api.urls")),
    path("jobs/", include("tremplin.core.jobs.urls")),
    path("erasures/", include("tremplin.privacy.site_urls")),
    path("mailbox/", include("tremplin.core.outbox.urls")),
    path("", include("tremplin.people.urls")),
    path("account/", include("tremplin.people.allauth_urls")),
    path("", include("tremplin.programmes.urls")),
    path("<slug:institution>/<slug:programme>/<slug:cohort>/", include(COHORT_URLS)),
]
guard(urlpatterns)
