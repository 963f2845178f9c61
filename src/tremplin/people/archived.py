"""What backups seal of accounts, of ways in, of files and of mails (`core.archived`)."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator

from tremplin.core import archived
from tremplin.core.models import PartialUpload, StoredFile
from tremplin.core.outbox.models import OutboxMessage
from tremplin.people.models import ApiToken, ErasurePart, ErasureRequest, MailedKey, User

ERASED = "—"
NOBODY = "erased-{row}@example.invalid"

archived.declare(User, name="({ROW})", email=NOBODY, name_folded="({row}) " + NOBODY)
archived.declare(EmailAddress, email=NOBODY)
archived.declare(MailedKey, "carried", address=NOBODY)
archived.declare(Authenticator, drop="data")
archived.declare(ApiToken, "name")
archived.declare(ErasureRequest, "reasons")
archived.declare(ErasurePart, reason=ERASED, why_longer=ERASED)
archived.declare(StoredFile, "given_name")
archived.declare(PartialUpload, "given_name")
archived.declare(OutboxMessage, "reply_to", to="erased@example.invalid", subject=ERASED, body="—\n")
