"""For what the equality survey asks consent. Whoever changes what a text says counts its version up."""

from django.utils.translation import gettext_lazy as _

from tremplin.people.consents import Purpose

LINKED = Purpose(
    code="equality.linked",
    version=2,
    label=_("Keeping equality answers with my application, sealed"),
    text=_(
        "I agree that what I answer here is kept sealed, tied to my application, so that it can be counted, once all "
        "decisions are final, how far people of each group came, and told in public in words, without a number of any "
        "group. It plays no part in any decision about me."
    ),
    seen_by=_(
        "You. Nobody else sees what you answered. When two people open the count together, organisers and observers "
        "see rounded numbers of groups, none of fewer than five people. Where the count was opened for a report, the "
        "public may read in words whether groups differed, without a number of any."
    ),
    taking_back=_(
        "What you answered is deleted, and so is the key that opens it, whatever copies there are. Numbers that were "
        "counted before stay as they are."
    ),
)
IN_PUBLIC = 2
"""Since this version the text says that something may be told in public."""
