"""For what a commendation asks consent. Whoever changes what a text says counts its version up."""

from django.utils.translation import gettext_lazy as _

from tremplin.people.consents import Purpose

NOTE = Purpose(
    code="commendations.note",
    version=1,
    label=_("A public note that you came very near"),
    text=_(
        "I agree that a public page of this site says, under the name that I choose, that I applied to this "
        "programme and how near I came to a place."
    ),
    seen_by=_("Whoever has its address. Search engines are asked to leave it out."),
    taking_back=_("The page is gone at once."),
)
