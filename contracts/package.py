"""The document package (пакет документов): what an applicant lays on a counter, as the messages name it."""

from enum import StrEnum
from typing import Final

from pydantic import Field

from contracts.common import Value
from contracts.event import Text


class PackageDocument(StrEnum):
    """What an applicant lays on the counter (domain B.1; point 9 of the Standard itself was not found)."""

    STATEMENT = "statement"
    IDENTITY_DOCUMENT = "identity_document"
    ORIGINAL_DOCUMENT = "original_document"
    NAME_CHANGE_CERTIFICATE = "name_change_certificate"
    BIRTH_CERTIFICATE_COPY = "birth_certificate_copy"
    LOSS_NOTICE = "loss_notice"
    PHOTO = "photo"


MOST_DOCUMENTS: Final = 10  # on one counter, of one list


class MissingDocument(Value):
    """A document without which the package is incomplete, and the rule that asks for it."""

    kind: PackageDocument = Field(description="which document")
    rule: Text = Field(description="the rule that asks for it")
