"""Style sheets, scripts and icons: gathered into the data folder whenever they have changed."""

import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command

MARK = ".gathered"


def gather() -> bool:
    """Copy, hash and compress the static files if they changed since the last time; whether they had.

    Each page names its files by their hash, so that browsers may keep them for ever. Raises OSError.
    """
    home = Path(settings.STATIC_ROOT)
    mark = home / MARK
    wanted = fingerprint()
    if mark.exists() and mark.read_text("ascii") == wanted:
        return False
    home.mkdir(parents=True, exist_ok=True)
    mark.unlink(missing_ok=True)
    call_command("collectstatic", interactive=False, verbosity=0)
    mark.write_text(wanted, "ascii")
    return True


def fingerprint() -> str:
    """What tells one set of source files, stored in one way, from another: paths, sizes and times, not contents."""
    digest = hashlib.sha256(str(staticfiles_storage.__class__).encode())
    for finder in get_finders():
        for path, storage in finder.list([]):
            stat = Path(storage.path(path)).stat()
            digest.update(f"{path}\0{stat.st_size}\0{stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()
