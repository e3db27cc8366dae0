"""Signed papers: kept whole and sealed, found by the hash of the code that is printed on them, never changed.

A signature is Ed25519 over the paper's bytes, under a key that is derived from the root key and from the programme. A
paper whose signature does not hold is none: `of` gives nothing, as for a code that was never issued.
"""

import msgspec

from telehealth.core.ids import ProgrammeId
from telehealth.core.papers import Paper, as_bytes

from . import keys
from .client import Client
from .ports import SignedPaper
from .programmes import Programmes
from .sealed import Broken, Keyring

PURPOSE = "paper"
PACKET = "audit-packet"


class Papers:
    """ports.Papers on Redis."""

    def __init__(self, client: Client, keyring: Keyring, programmes: Programmes) -> None:
        self._client = client
        self._keyring = keyring
        self._programmes = programmes

    async def put(self, code: str, paper: Paper) -> SignedPaper:
        await self._programmes.register(paper.programme)
        key, signature = self._keyring.sign(f"{PURPOSE}|{paper.programme}", as_bytes(paper))
        signed = SignedPaper(paper, key, signature.hex())
        name = keys.paper(code)
        await self._client.call("SET", name, self._keyring.seal("", "paper", name, "record", 0, _text(signed)), "NX")
        return signed

    async def of(self, code: str) -> SignedPaper | None:
        name = keys.paper(code)
        sealed = await self._client.call("GET", name)
        if sealed is None:
            return None
        try:
            signed = msgspec.json.decode(self._keyring.unseal("", "paper", name, "record", 0, sealed), type=SignedPaper)
        except Broken:
            return None
        paper, signature = signed.paper, bytes.fromhex(signed.signature)
        return signed if self._keyring.signed(f"{PURPOSE}|{paper.programme}", as_bytes(paper), signature) else None

    def sign(self, programme: ProgrammeId, message: bytes) -> tuple[str, str]:
        key, signature = self._keyring.sign(f"{PACKET}|{programme}", message)
        return key, signature.hex()


def _text(signed: SignedPaper) -> str:
    return msgspec.json.encode(signed).decode()
