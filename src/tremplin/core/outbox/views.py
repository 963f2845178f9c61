"""The mailbox of a demonstration: every mail that would have been sent."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tremplin.core.outbox import mailbox as letters
from tremplin.core.pages import paginate


@require_safe
def mailbox(request: HttpRequest) -> HttpResponse:
    """The kept mails, the newest first; `?to=` shows those to one address."""
    wanted = request.GET.get("to", "").strip().lower()
    names = letters.names()
    if wanted:
        names = [name for name in names if (letter := letters.read(name)) and letter.to.lower() == wanted]
    page = paginate(names, request)
    shown = [letter for name in page if (letter := letters.read(name))]
    return render(request, "outbox/mailbox.html", {"page": page, "letters": shown, "to": wanted})


@require_safe
def mail(request: HttpRequest, name: str) -> HttpResponse:
    """One mail, its addresses clickable."""
    letter = letters.read(name)
    if letter is None:
        raise Http404
    return render(request, "outbox/mail.html", {"letter": letter})
