"""For what impact asks consent. Whoever changes what a text says counts its version up."""

from django.utils.translation import gettext_lazy as _

from tremplin.people.consents import Purpose

FOLLOW_UP = Purpose(
    code="impact.follow-up",
    version=1,
    label=_("Being asked later how it went on"),
    text=_(
        "I agree to be asked now and then how it went on after the programme, by at most three short mails a "
        "survey, and that my answers are counted together with those of others. Small numbers are never shown."
    ),
    seen_by=_("Your single answers: nobody but the program that counts them. Everybody sees rounded totals."),
    taking_back=_(
        "No mail asks you any more, and what you answered is deleted. Reports that are out hold totals alone, "
        "and stay."
    ),
)
