"""Django settings, computed from `tremplin.web.config.Config`."""

import sys
from datetime import timedelta
from typing import Any
from urllib.parse import unquote, urlsplit
from wsgiref.headers import Headers

from csp.constants import NONE, SELF
from django.contrib.messages import constants as message_levels
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from tremplin.web.config import Config

CONFIG = Config()

# Read when something is signed: a command that needs no data leaves no data folder behind.
SECRET_KEY = SimpleLazyObject(CONFIG.signing_key)
DEBUG = CONFIG.debug
DEMO = CONFIG.demo
REHEARSAL = CONFIG.rehearsed
SITE_NAME = CONFIG.site_name
BASE_URL = CONFIG.base_url
SEAL_KEYS = CONFIG.home / "seal-keys"
PERSONAL_KEYS = CONFIG.home / "personal-keys"
ERASURES = CONFIG.home / "erasures.jsonl"
MAIL_UNDO = timedelta(minutes=CONFIG.mail_undo_minutes)
UPLOAD_LIMIT = CONFIG.upload_limit_mb * 1024 * 1024
RECORDING_LIMIT = CONFIG.recording_limit_mb * 1024 * 1024
ALLOWED_HOSTS = [
    urlsplit(CONFIG.base_url).hostname or "localhost",
    "localhost",
    "127.0.0.1",
    "[::1]",
    *(host.strip() for host in CONFIG.allowed_hosts.split(",") if host.strip()),
]
CSRF_TRUSTED_ORIGINS = [CONFIG.base_url] if CONFIG.https else []

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "csp",
    "django_tasks",
    "tremplin.web",
    "tremplin.rehearsal",
    "tremplin.impact",
    "tremplin.showcase",
    "tremplin.projects",
    "tremplin.training",
    "tremplin.stipends",
    "tremplin.mentoring",
    "tremplin.selection_report",
    "tremplin.commendations",
    "tremplin.selection",
    "tremplin.builder",
    "tremplin.first_reads",
    "tremplin.review",
    "tremplin.blinding",
    "tremplin.accommodations",
    "tremplin.equality",
    "tremplin.applications",
    "tremplin.privacy",
    "tremplin.programmes",
    "tremplin.people",
    "tremplin.core.outbox",
    "tremplin.core.jobs",
    "tremplin.core",
    # allauth stands below ours, so that our templates win.
    "allauth",
    "allauth.account",
    "allauth.mfa",
]

MIDDLEWARE = [
    # Before all others: what they add to a page, and look for in a request, a style sheet has no use for.
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "tremplin.web.compression.PackMiddleware",
    "tremplin.web.middleware.RequestIdMiddleware",
    "tremplin.web.policy.PolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "tremplin.web.middleware.LanguageMiddleware",
    "tremplin.web.middleware.SlashMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "tremplin.web.middleware.PersonMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "tremplin.web.middleware.PlainErrorsMiddleware",
    "tremplin.web.middleware.AccessMiddleware",
]

ROOT_URLCONF = "tremplin.web.urls"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CSRF_FAILURE_VIEW = "tremplin.web.errors.csrf_failure"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "tremplin.web.shell.context",
            ],
            "libraries": dict.fromkeys(("i18n", "static"), "tremplin.core.templatetags.constants"),
            "builtins": [
                "tremplin.core.templatetags.constants",
                "tremplin.core.templatetags.ui",
                "tremplin.programmes.templatetags.cohort",
            ],
        },
    }
]
FORM_RENDERER = "tremplin.core.ui.forms.Renderer"


def sqlite(path: str) -> dict[str, Any]:
    """SQLite that loses nothing under concurrent writers: see docs/decisions/0002-sqlite.md."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            # A page knows more statements than the 128 that Python keeps ready; one that is not costs as much again.
            "cached_statements": 1000,
            "init_command": (
                "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA foreign_keys=ON;"
                "PRAGMA cache_size=-8000;PRAGMA journal_size_limit=67108864"
            ),
        },
    }


def postgres(url: str) -> dict[str, Any]:
    """Settings for `postgresql://user:password@host:port/name?host=/socket/folder`."""
    parts = urlsplit(url)
    socket = parts.query.removeprefix("host=") if parts.query.startswith("host=") else ""
    return {
        "ENGINE": "tremplin.core.postgres",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(socket) or parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
    }


# A rehearsal's database lies in its folder, whatever the settings say: another one could hold real people.
DATABASES = {
    "default": postgres(CONFIG.database_url)
    if CONFIG.database_url and not REHEARSAL
    else sqlite(str(CONFIG.home / "tremplin.db"))
}

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["tremplin.people.backend.Backend"]
SESSION_ENGINE = "tremplin.people.sessions"
LOGIN_URL = "people:sign-in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "home"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
# django-allauth owns the steps of signing in and the second one; see tremplin/people/adapter.py.
ACCOUNT_ADAPTER = "tremplin.people.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # an address is proved before there is a person, by our mailed keys
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
MFA_ADAPTER = "tremplin.people.adapter.SecondStepAdapter"
MFA_FORMS = {
    "authenticate": "tremplin.people.forms.SecondStepForm",
    "activate_totp": "tremplin.people.forms.SwitchOnForm",
    "add_webauthn": "tremplin.people.forms.PasskeyForm",
    "edit_webauthn": "tremplin.people.forms.RenamePasskeyForm",
}
MFA_RATE_LIMITS = {"webauthn_login": "60/m/ip"}  # a lecture hall signs in from one address
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = SITE_NAME
MFA_TOTP_TOLERANCE = 1  # cheap phones keep time badly

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("fr", _("French"))]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600

STATIC_URL = "/static/"
STATIC_ROOT = CONFIG.home / "static"
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": CONFIG.home / "files"},
    },
    "staticfiles": {"BACKEND": "tremplin.web.slim.SlimStorage"},
}
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_ALLOW_ALL_ORIGINS = False


def static_headers(headers: Headers, _path: str, _url: str) -> None:
    """A file of ours is what it says it is, and nothing that a browser guesses."""
    headers["X-Content-Type-Options"] = "nosniff"


WHITENOISE_ADD_HEADERS_FUNCTION = static_headers
DATA_UPLOAD_MAX_MEMORY_SIZE = UPLOAD_LIMIT + 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600

EMAIL_BACKEND = {
    "console": "django.core.mail.backends.console.EmailBackend",
    "file": "tremplin.core.outbox.mailbox.EmailBackend",
    "smtp": "django.core.mail.backends.smtp.EmailBackend",
}["file" if REHEARSAL else CONFIG.mail]  # nobody invented gets a mail, whatever the settings say
MAILBOX_DIR = CONFIG.home / "mail"
DEFAULT_FROM_EMAIL = SERVER_EMAIL = CONFIG.mail_from
if CONFIG.smtp_url:
    _smtp = urlsplit(CONFIG.smtp_url)
    EMAIL_HOST = _smtp.hostname or "localhost"
    EMAIL_PORT = _smtp.port or (465 if _smtp.scheme == "smtps" else 587)
    EMAIL_HOST_USER = unquote(_smtp.username or "")
    EMAIL_HOST_PASSWORD = unquote(_smtp.password or "")
    EMAIL_USE_SSL = _smtp.scheme == "smtps"
    EMAIL_USE_TLS = _smtp.scheme == "smtp" and bool(EMAIL_HOST_USER)
    EMAIL_TIMEOUT = 20

TASKS = {
    "default": {
        "BACKEND": "tremplin.core.jobs.backend.LeaseBackend",
        "QUEUES": ["default", "mail", "grading"],
    }
}

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = CONFIG.https
SESSION_COOKIE_AGE = 30 * 24 * 3600
SECURE_HSTS_SECONDS = 30 * 24 * 3600 if CONFIG.https else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if CONFIG.https else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
MESSAGE_TAGS = {
    message_levels.SUCCESS: "ok",
    message_levels.WARNING: "warn",
    message_levels.ERROR: "stop",
    message_levels.INFO: "info",
}
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        # Marks of used codes and counts of tries must last as long as they say, also on the night of a deadline.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "class": "tremplin.web.logs.Formatter",
            "format": "%(asctime)s %(levelname)s %(name)s: %(message)s",
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "stream": sys.stderr, "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": CONFIG.log_level.upper()},
    "loggers": {
        "django.request": {"level": "ERROR"},
        "django.db.backends": {"level": "INFO"},
        "fido2": {"level": "WARNING"},
        "pypdf": {"level": "CRITICAL"},  # a damaged file is told to the person who gave it
        "django_tasks": {"level": "CRITICAL"},  # our runner says the same without anybody's data
    },
}
