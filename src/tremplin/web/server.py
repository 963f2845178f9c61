"""The web server: granian takes connections, our spool takes bodies, a few threads run Django.

One process (or N on PostgreSQL), and beside it one for the background jobs; both are started again when
they die, and die when this process does.
"""

import errno
import gc
import os
import resource
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.template.loader import get_template
from django.urls import get_resolver
from django.utils import translation
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from tremplin.core import clock
from tremplin.core.errors import UserError
from tremplin.core.ui import amounts, moments
from tremplin.web import lifeline
from tremplin.web.body import Limits
from tremplin.web.environ import Proxies
from tremplin.web.spool import Spool

BACKLOG = 4096  # connections that one process holds at once: slow uploads and idle browsers among them

COLLECT = (20_000, 20, 20)
"""How seldom Python looks for garbage in circles. At its own 700 it looks through every page while it is made and
finds next to nothing: an eighth of the CPU of a page."""


@dataclass(frozen=True, slots=True)
class Options:
    """How to serve."""

    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 1
    threads: int = 4


def serve(options: Options, *, beside: Callable[[], None] | None = None) -> None:
    """Serve until a signal says stop; `beside` runs in a process of its own, restarted when it ends."""
    check_port(options.host, options.port)
    proxies = trusted_proxies()
    raise_file_limit()
    application = get_wsgi_application()
    _load_everything()
    helper = lifeline.keep_running(beside) if beside else None
    spool_dir = settings.CONFIG.home / "tmp"
    spool_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    parent = os.getpid()

    def load() -> Spool:
        lifeline.die_with(parent)
        return Spool(
            application,
            folder=spool_dir,
            threads=options.threads,
            limits=Limits(
                body=max(settings.UPLOAD_LIMIT, settings.RECORDING_LIMIT) + 1024 * 1024,
                file=settings.UPLOAD_LIMIT,
            ),
            proxies=proxies,
            multiprocess=options.workers > 1,
            at_end=partial(lifeline.exit_within, 3.0),
        )

    server = Server(
        "tremplin",
        address=options.host,
        port=options.port,
        workers=options.workers,
        interface=Interfaces.ASGI,
        websockets=False,
        backlog=BACKLOG,
        backpressure=BACKLOG,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        workers_kill_timeout=20,
    )
    server.on_startup(lambda: _welcome(options))
    try:
        server.serve(target_loader=load, wrap_loader=False)
    except SystemExit as error:
        raise UserError(
            "The web process died twice within seconds, so the server has stopped.",
            "The lines above may say why; “tremplin doctor” checks the installation.",
        ) from error
    finally:
        if helper is not None:
            lifeline.end(helper)


def _load_everything() -> None:
    """Views, templates, catalogues and calendars, before the first fork: what is loaded now all share."""
    get_resolver().url_patterns  # noqa: B018 (asking imports every view)
    for name in _templates():
        get_template(name)
    now = clock.now()
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            moments.when(now, "full")
            amounts.money(100, "EUR")
    connections.close_all()
    gc.collect()
    gc.freeze()  # the collector would write to every object that it looks at, and so unshare it
    gc.set_threshold(*COLLECT)


def _templates() -> Iterator[str]:
    """The templates of our own apps."""
    for app in apps.get_app_configs():
        folder = Path(app.path) / "templates"
        if app.name.startswith("tremplin."):
            yield from (path.relative_to(folder).as_posix() for path in folder.rglob("*.html"))


def trusted_proxies() -> Proxies:
    """The proxies that are configured; none configured and HTTPS outside: one on this machine."""
    try:
        return Proxies.parse(
            settings.CONFIG.trusted_proxies or ("127.0.0.1, ::1" if settings.CONFIG.https else "")
        )
    except ValueError as error:
        raise UserError(
            f"TREMPLIN_TRUSTED_PROXIES cannot be used: {error}.",
            "Write addresses such as 10.0.0.0/8, 10.1.2.3.",
        ) from error


def check_port(host: str, port: int) -> None:
    """Raises UserError if nobody could listen there. Two servers could share a port without noticing."""
    try:
        family, kind, protocol, _name, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except socket.gaierror as error:
        raise UserError(
            f"There is no address “{host}” on this machine.",
            "Use --host 127.0.0.1, or 0.0.0.0 for all networks.",
        ) from error
    except PermissionError as error:
        raise UserError(
            f"This account may not listen on port {port}: ports below 1024 belong to the system.",
            "Choose a port such as --port 8000 and let a web server (Caddy, nginx) stand before it.",
        ) from error
    except OSError as error:
        if error.errno == errno.EADDRNOTAVAIL:
            raise UserError(
                f"The address {host} is not one of this machine’s.",
                "Use --host 127.0.0.1, or 0.0.0.0 for all networks.",
            ) from error
        raise UserError(
            f"Port {port} of {host} is taken, perhaps by another Tremplin.",
            f"Stop that program, or choose another port: tremplin serve --port {port + 1}",
        ) from error


def raise_file_limit() -> None:
    """An upload needs a connection and a temporary file: three hundred must not meet a limit of 1024."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 65536 if hard == resource.RLIM_INFINITY else min(hard, 65536)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _welcome(options: Options) -> None:
    host = f"[{options.host}]" if ":" in options.host else options.host
    print(f"Tremplin is ready at http://{host}:{options.port}/ (Ctrl-C stops it)", flush=True)  # noqa: T201
