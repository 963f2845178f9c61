"""For what training asks consent. Whoever changes what a text says counts its version up."""

from django.utils.translation import gettext_lazy as _

from tremplin.people.consents import Purpose

PUBLIC_JOURNAL = Purpose(
    code="training.public-journal",
    version=1,
    label=_("Journal posts for everybody"),
    text=_(
        "I agree that those posts of my journal that I make public are read by everybody, with my name, and found "
        "by search engines, until I take them back."
    ),
    seen_by=_("Everybody on the web: the posts that you made public, and no other."),
    taking_back=_(
        "All your public posts are for your cohort alone again, at once. Copies that others made are beyond our reach."
    ),
)
