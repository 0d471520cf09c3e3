"""Lists are answered page by page: how many rows a page has, and where the next one begins."""

from collections.abc import Callable, Sequence
from typing import Annotated, TypeAlias, TypeVar

from fastapi import Query

T = TypeVar("T")
K = TypeVar("K")

PageSize: TypeAlias = Annotated[int, Query(ge=1, le=500)]


def next_after(found: Sequence[T], limit: int, place: Callable[[T], K]) -> K | None:
    """The place of the last row of a full page, to be given as `after`; None where no more can follow."""
    return place(found[-1]) if len(found) == limit else None
