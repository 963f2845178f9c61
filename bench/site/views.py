"""Pages like those of the real site in weight: a list, a form that writes, an upload."""

import io
import time
from collections.abc import Iterator

from django.db import transaction
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render

from bench.site.models import Submission
from bench.site.tasks import effect
from tremplin.core import audit, clock, once
from tremplin.core.outbox import services as outbox


def plain(request: HttpRequest) -> HttpResponse:
    return HttpResponse("plain\n", content_type="text/plain")


def page(request: HttpRequest) -> HttpResponse:
    """The newest twenty rows of a list."""
    return render(request, "bench/page.html", {"rows": Submission.objects.order_by("-pk")[:20]})


def submit(request: HttpRequest) -> HttpResponse:
    """One submission: a row, an audit event, a mail, a job, all or nothing, once for each key."""
    key, now = request.POST["key"], clock.now()
    with transaction.atomic():
        if once.first(f"bench:{key}", now=now):
            row = Submission.objects.create(key=key, text=request.POST.get("text", ""), at=now)
            audit.record(scope="bench", actor="bench", verb="bench.submitted", subject=row, now=now)
            outbox.post(
                scope="bench",
                to="ada@example.org",
                to_ref="",
                language="en",
                kind="received",
                subject=f"Received {key}",
                body="We have your application.",
                now=now,
                key=f"bench:{key}",
            )
            effect.enqueue(key)
    return HttpResponse(f"saved {key}\n", content_type="text/plain")


def upload(request: HttpRequest) -> HttpResponse:
    """How much arrived."""
    file = request.FILES.get("file")
    size = sum(len(piece) for piece in file.chunks()) if file else len(request.body)
    return HttpResponse(f"{size}\n", content_type="text/plain")


def echo(request: HttpRequest) -> HttpResponse:
    """What the application learns of a request."""
    lines = [
        f"method={request.method}",
        f"path={request.path}",
        f"query={request.META['QUERY_STRING']}",
        f"address={request.META['REMOTE_ADDR']}",
        f"scheme={request.scheme}",
        f"cookies={request.META.get('HTTP_COOKIE', '')}",
        f"forwarded={request.META.get('HTTP_X_FORWARDED_FOR', '')}",
        f"under={request.META.get('HTTP_X_UNDER', '')}",
        f"body={request.body.decode()}",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


def slow(request: HttpRequest) -> HttpResponse:
    """An answer that takes its time."""
    time.sleep(float(request.GET.get("seconds", "1")))
    return HttpResponse("slow but done\n", content_type="text/plain")


def stream(request: HttpRequest) -> StreamingHttpResponse:
    """Pieces made one by one; `?fail` breaks off in the middle."""
    count, size = int(request.GET.get("count", "3")), int(request.GET.get("size", "10"))
    pause = float(request.GET.get("pause", "0"))

    def pieces() -> Iterator[bytes]:
        for number in range(count):
            if "fail" in request.GET and number == count // 2:
                raise RuntimeError("broken off")
            yield bytes([65 + number % 26]) * size
            time.sleep(pause)

    return StreamingHttpResponse(pieces(), content_type="application/octet-stream")


def download(request: HttpRequest) -> FileResponse:
    return FileResponse(
        io.BytesIO(b"0123456789" * int(request.GET.get("size", "1000"))), filename="figures.txt"
    )
