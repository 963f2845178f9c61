"""Is this installation able to answer? For load balancers and monitors."""

from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse

from tremplin import __version__


def healthz(request: HttpRequest) -> JsonResponse:
    """200 when the database answers, 503 when it does not. Says nothing that helps an attacker."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"status": "database unavailable"}, status=503)
    return JsonResponse({"status": "ok", "version": __version__})
