"""A device with passkeys, in software: what a phone does when its owner touches it (WebAuthn, ES256)."""

import json
import secrets
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData

FLAGS = AuthenticatorData.FLAG


class Device:
    """Holds one passkey for one site. `verified` says whether it asks its owner for a finger or a PIN."""

    def __init__(self, origin: str = "https://testserver", *, verified: bool = True) -> None:
        self.origin = origin
        self.site = origin.split("//")[1]
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.credential_id = secrets.token_bytes(16)
        self.person = b""
        self.flags = FLAGS.UP | (FLAGS.UV if verified else FLAGS(0))

    def create(self, options: dict[str, Any]) -> str:
        """Make the passkey that the site asks for."""
        asked = options["publicKey"]
        self.person = websafe_decode(asked["user"]["id"])
        data = AttestedCredentialData.create(
            Aaguid.NONE, self.credential_id, ES256.from_cryptography_key(self.key.public_key())
        )
        signed = AuthenticatorData.create(self._site_hash(), self.flags | FLAGS.AT, 0, data)
        return self._credential(
            {
                "clientDataJSON": websafe_encode(self._client_data("webauthn.create", asked["challenge"])),
                "attestationObject": websafe_encode(AttestationObject.create("none", signed, {})),
            }
        )

    def get(self, options: dict[str, Any]) -> str:
        """Sign what the site asks to be signed."""
        client_data = self._client_data("webauthn.get", options["publicKey"]["challenge"])
        signed = AuthenticatorData.create(self._site_hash(), self.flags, 1)
        signature = self.key.sign(signed + sha256(client_data).digest(), ec.ECDSA(hashes.SHA256()))
        return self._credential(
            {
                "clientDataJSON": websafe_encode(client_data),
                "authenticatorData": websafe_encode(signed),
                "signature": websafe_encode(signature),
                "userHandle": websafe_encode(self.person),
            }
        )

    def _site_hash(self) -> bytes:
        return sha256(self.site.encode()).digest()

    def _client_data(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _credential(self, response: dict[str, str]) -> str:
        name = websafe_encode(self.credential_id)
        return json.dumps(
            {
                "id": name,
                "rawId": name,
                "type": "public-key",
                "clientExtensionResults": {},
                "response": response,
            }
        )
