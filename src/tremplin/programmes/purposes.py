"""For what programmes themselves ask consent. Whoever changes what a text says counts its version up."""

from django.utils.translation import gettext_lazy as _

from tremplin.people.consents import Purpose

KEEP_APPLICATION = Purpose(
    code="programmes.keep-application",
    version=1,
    label=_("Keeping my application longer"),
    text=_(
        "I agree that what I wrote in my application to this cohort is kept longer than it has to be, so that I "
        "can read it again and use it for a later call. It plays no part in any decision. It goes at the latest "
        "on the day that the page “What is kept about you” names."
    ),
    seen_by=_("You. The organisers, as they could before."),
    taking_back=_("Your application goes as if you had never agreed: at once when its day has passed."),
)
