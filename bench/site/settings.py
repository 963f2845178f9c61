"""Settings of the bench site: the real ones for database, queue, mail and server, none of the stages."""

from tremplin.web import settings as real

globals().update({name: getattr(real, name) for name in dir(real) if name.isupper()})

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django_tasks",
    "bench.site",
    "tremplin.core.outbox",
    "tremplin.core.jobs",
    "tremplin.core",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
]
# The real one knows people and their applications, who are not here.
CSRF_FAILURE_VIEW = "django.views.csrf.csrf_failure"
ROOT_URLCONF = "bench.site.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"builtins": ["tremplin.core.templatetags.constants"]},
    }
]
AUTH_USER_MODEL = "auth.User"
# A killed worker's jobs are taken over after three seconds instead of a minute: kill tests need many kills.
TASKS = {"default": {**real.TASKS["default"], "OPTIONS": {"longest_lease": 3}}}
