"""`python -m bench.crawl FILE`: every page of every role of the demonstration in TREMPLIN_DATA_DIR, measured.

Pages are found by following links, as a browser would: each page that has a name, in up to four cohorts. The
requests go through every middleware in this process, so that queries can be counted. With an address and paths
after FILE, only those pages are measured, for that person. Times are CPU times: what
else the machine does does not enter.
"""

import gzip
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlsplit

TIMES = 5
EACH = 4
PASSER_BY = "passer-by"
SKIP = re.compile(
    r"/(sign-out|export|files?|start\.py|static)(/|$)|\.(json|csv|txt|toml|ics|svg|zip)$|format=|/download|/copy/"
)
_IMPORT = re.compile(r"""(?:from|import)\s*["'](\.{1,2}/[^"']+)["']""")


class Links(HTMLParser):
    """Where a page leads, and what it needs to be shown."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.pages: list[str] = []
        self.parts: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in given:
            self.pages.append(given["href"])
        elif tag == "link" and given.get("rel") in {"stylesheet", "icon", "modulepreload", "preload"}:
            self.parts.append(given["href"])
        elif tag in {"script", "img"} and given.get("src"):
            self.parts.append(given["src"])


def crawl(client: Any, starts: list[str]) -> Iterator[tuple[str, str, str]]:
    """Name, address and HTML of each page that links lead to, the same page in no more than EACH places."""
    from django.urls import Resolver404, resolve

    queue, seen, visits = ["/", *starts], {"/", *starts}, Counter[str]()
    while queue:
        path = queue.pop(0)
        try:
            name = resolve(path).view_name
        except Resolver404:
            continue
        if visits[name] >= EACH:
            continue
        answer = client.get(path)
        if answer.status_code != 200 or not answer["Content-Type"].startswith("text/html"):
            continue
        visits[name] += 1
        html = answer.content.decode()
        yield name, path, html
        for href in Links(html).pages:
            target = urlsplit(href)
            ours = not target.netloc and not target.scheme and target.path.startswith("/")
            if ours and not SKIP.search(href) and target.path not in seen:
                seen.add(target.path)
                queue.append(target.path)


def measured(client: Any, path: str) -> tuple[int, float, Counter[str]]:
    """Queries, CPU milliseconds (median), and the statements that were asked more than once."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as caught:
        client.get(path)
    asked = [
        query["sql"] for query in caught if query["sql"].startswith(("SELECT", "INSERT", "UPDATE", "DELETE"))
    ]
    times = []
    for _time in range(TIMES):
        began = time.process_time()
        client.get(path)
        times.append(1000 * (time.process_time() - began))
    shapes = Counter(re.sub(r"'[^']*'|\b\d+\b", "?", text)[:160] for text in asked)
    return len(asked), median(times), Counter({text: many for text, many in shapes.items() if many > 1})


class Parts:
    """What a browser fetches with a page, at the size at which our server sends it to one that takes gzip."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.sizes: dict[str, int] = {}

    def weigh(self, html: str) -> int:
        wanted, seen = [href for href in Links(html).parts if href.startswith("/static/")], set[str]()
        while wanted:
            href = wanted.pop()
            if href not in seen:
                seen.add(href)
                wanted += self._needed_by(href)
        return sum(self._size(href) for href in seen)

    def _file(self, href: str) -> Path:
        return self.root / href.removeprefix("/static/")

    def _needed_by(self, href: str) -> list[str]:
        if not href.endswith(".js"):
            return []
        folder = Path(href).parent
        found = _IMPORT.findall(self._file(href).read_text("utf-8"))
        return ["/" + str((folder / name).as_posix()).lstrip("/").replace("/./", "/") for name in found]

    def _size(self, href: str) -> int:
        if href not in self.sizes:
            file = self._file(href)
            packed = file.with_name(f"{file.name}.gz")
            self.sizes[href] = (packed if packed.exists() else file).stat().st_size
        return self.sizes[href]


def roles() -> dict[str, Any]:
    """A visitor of each kind, signed in."""
    from django.test import Client

    from tremplin.people.models import User
    from tremplin.web.demo import ACCOUNTS

    found: dict[str, Any] = {PASSER_BY: Client(SERVER_NAME="127.0.0.1")}
    for role, account in ACCOUNTS.items():
        user = User.objects.filter(email=account.email).first()
        if user is not None:
            found[str(role)] = client = Client(SERVER_NAME="127.0.0.1")
            client.force_login(user)
    return found


def walk(client: Any, role: str, parts: Parts) -> dict[str, dict[str, Any]]:
    """The pages of one role: of each name the worst of what was measured in its places."""
    from tremplin.programmes.http import cohort_url
    from tremplin.programmes.models import Cohort

    cohorts = Cohort.objects.select_related("programme__institution").order_by("pk")
    starts = [cohort_url(cohort, "programmes:call" if role == PASSER_BY else "desk") for cohort in cohorts]
    found: dict[str, dict[str, Any]] = {}
    for name, path, html in list(crawl(client, starts)):
        queries, ms, again = measured(client, path)
        packed = len(gzip.compress(html.encode(), 6))
        row = found.setdefault(name, {"html": 0, "gzip": 0, "first": 0, "queries": 0, "ms": 0.0, "again": {}})
        if queries > row["queries"]:
            row["again"] = dict(again)
        figures = {"html": len(html.encode()), "gzip": packed, "first": packed + parts.weigh(html)}
        for key, value in {**figures, "queries": queries, "ms": round(ms, 1)}.items():
            row[key] = max(row[key], value)
    return found


def counted(person: str, paths: list[str]) -> dict[str, dict[str, Any]]:
    """Queries and CPU of some pages, for one person."""
    from django.test import Client

    from tremplin.people.models import User

    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(User.objects.get(email=person))
    found = {}
    for path in paths:
        client.get(path)
        queries, ms, _again = measured(client, path)
        found[path] = {"queries": queries, "ms": round(ms, 1)}
    return found


def main(path: str, person: str = "", *paths: str) -> int:
    import django

    django.setup()
    from django.conf import settings

    if person:
        Path(path).write_text(json.dumps(counted(person, list(paths))), "utf-8")
        return 0
    parts = Parts(Path(settings.STATIC_ROOT))
    found = {role: walk(client, role, parts) for role, client in roles().items()}
    Path(path).write_text(json.dumps({"pages": found, "parts": parts.sizes}), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
