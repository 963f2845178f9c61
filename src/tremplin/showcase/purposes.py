"""For what the showcase asks consent. Whoever changes what a text says counts its version up."""

from django.utils.translation import gettext_lazy as _

from tremplin.people.consents import Purpose

PAGE = Purpose(
    code="showcase.page",
    version=1,
    label=_("Your public page"),
    text=_(
        "I agree that the page of my project is public: its texts as they are now, and of myself what I chose to "
        "show. It can be found by search engines, and it stays until I take it back."
    ),
    seen_by=_("Everybody on the web, as soon as an organiser has published it."),
    taking_back=_(
        "The page is taken out of the public at once. Copies that others made are beyond our reach."
    ),
)
MENTOR = Purpose(
    code="showcase.mentor",
    version=1,
    label=_("Being named as the mentor"),
    text=_("I agree to be named as the mentor on the public page of this project, until I take it back."),
    seen_by=_("Everybody on the web, if the scholar wants their mentor named and the page is public."),
    taking_back=_("Your name goes from the public page at once. Nothing else on it changes."),
)
