"""The rule for names of people, whether they come from a signed form, a file, a desk or a message.

An identity card of Kazakhstan writes a name in Cyrillic letters, Kazakh and Russian, and in Latin ones (law No 73-V of 2013 on
identity documents; a foreigner's card transliterates: assumed). So a name holds a letter of these two scripts at least, and
beside them spaces, hyphens, apostrophes, full stops (initials), brackets (a former name, in registers) and digits. What
is invisible is not part of a name: controls, marks of direction, characters without width, a no-break space. Letters are
composed (NFC): й is one character.
"""

from typing import Annotated, Final, TypeAlias

from contracts.kinds import LETTERS, written

_MOST: Final = 100
_MARKS: Final = r" 0-9'.()\u02BB\u02BC\u2018\u2019-"
RULE: Final = (
    "a name of at most 100 characters has a letter at least, and only Cyrillic and Latin letters, digits, spaces, hyphens, "
    "apostrophes, full stops and brackets"
)

Name: TypeAlias = Annotated[
    str, written("name", some=LETTERS, none=f"^{LETTERS}{_MARKS}", most=_MOST, rule=RULE, description=RULE)
]
