"""Settings of the test suite: fast hashes, mail kept in memory, no manifest, the database by environment."""

import os
import tempfile

os.environ.setdefault("TREMPLIN_DATA_DIR", tempfile.mkdtemp(prefix="tremplin-test-"))
# Processes of one run inherit the folder of the first; files of one test are no business of another's.
if (worker := os.environ.get("PYTEST_XDIST_WORKER", "")) and not os.environ["TREMPLIN_DATA_DIR"].endswith(
    worker
):
    os.environ["TREMPLIN_DATA_DIR"] += f"/{worker}"
    os.makedirs(os.environ["TREMPLIN_DATA_DIR"], exist_ok=True)
os.environ.setdefault("TREMPLIN_SECRET_KEY", "only-for-tests")
os.environ["TREMPLIN_DEMO"] = "1"

from tremplin.web.settings import *

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
WHITENOISE_AUTOREFRESH = True
