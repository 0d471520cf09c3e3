"""What the data files of this room are read into."""

from pydantic import BaseModel, ConfigDict


class Record(BaseModel):
    """A part of a data file; an unknown field is a mistake in the file."""

    model_config = ConfigDict(frozen=True, extra="forbid")
