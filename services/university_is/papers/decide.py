"""A document that the university gave out: registered once, whoever prints it again."""

from collections.abc import Sequence
from typing import ClassVar, Final, TypeAlias

from contracts.event import Catalogue, Event
from contracts.issued_documents import DocumentIssued
from services._chassis.decider import Ignored

Paper: TypeAlias = DocumentIssued | None


class PaperIssued(Event):
    name: ClassVar[str] = "paper-issued"
    volatile: ClassVar[frozenset[str]] = frozenset({"document.code"})

    document: DocumentIssued


def issue(document: DocumentIssued, paper: Paper) -> Sequence[PaperIssued]:
    """Nothing when it is registered already: the first date of issue stands."""
    return Ignored("already-registered") if paper else [PaperIssued(document=document)]


def evolve(_paper: Paper, event: PaperIssued) -> Paper:
    return event.document


EVENTS: Final = Catalogue([PaperIssued])
