"""Public posts as an Atom feed (RFC 4287), for readers of feeds and for other sites."""

from collections.abc import Iterable

from django.conf import settings
from django.utils import translation
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _

from tremplin.core.text import say
from tremplin.core.ui.markdown import render
from tremplin.programmes.http import cohort_url
from tremplin.programmes.models import Cohort
from tremplin.training.models import JournalEntry

LONGEST = 50
"""Posts in a feed, the newest; readers keep what they have fetched."""


def as_atom(cohort: Cohort, posts: Iterable[JournalEntry], *, address: str, writer: str = "") -> str:
    """`posts` as a feed that lives at `address`; of one `writer`, or of the whole cohort. Each post is there in full.

    An entry keeps its id when it is changed, so that readers show it once.
    """
    name = say(cohort.plan.programme.name)
    feed = Atom1Feed(
        title=f"{writer} – {name}" if writer else _("Journals of %(programme)s") % {"programme": name},
        link=settings.BASE_URL + cohort_url(cohort, "training:public-journal"),
        description=_("What the scholars wrote about their weeks, where they made it public."),
        language=translation.get_language() or "en",
        feed_url=settings.BASE_URL + address,
    )
    for post in posts:
        feed.add_item(
            title=post.title,
            link=settings.BASE_URL + cohort_url(cohort, "training:public-entry", ref=post.ref),
            description=render(post.body),
            unique_id=f"tag:{cohort.ref},{cohort.created_at:%Y-%m-%d}:journal/{post.ref}",
            author_name=post.scholar.user.name,
            pubdate=post.published_at,
            updateddate=max(post.saved_at, post.published_at or post.saved_at),
        )
    return str(feed.writeString("utf-8"))
