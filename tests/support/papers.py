"""The codes of documents in tests: those of a service whose settings say this secret."""

from typing import Final

from pydantic import SecretStr

from contracts.issued_documents import Codes

DOCUMENT_SECRET: Final = SecretStr("a secret of the tests, long enough")
CODES: Final = Codes(DOCUMENT_SECRET.get_secret_value().encode())
