"""Why a file is not taken."""

from django.utils.translation import gettext as _


class Unclean(Exception):
    """The file cannot be written anew; the text says why and what to do."""


def damaged(cause: BaseException | None = None) -> Unclean:
    fault = Unclean(_("The file is damaged. Open it, save it once more, and choose the new file."))
    fault.__cause__ = cause
    return fault


def locked() -> Unclean:
    return Unclean(_("The file is locked by a password. Save it without the password, and choose it again."))


def too_much() -> Unclean:
    return Unclean(
        _("Unpacked, the file is far too large. Take out what is not needed, and choose it again.")
    )
