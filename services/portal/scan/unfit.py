"""Why a file is not taken."""

from enum import StrEnum
from typing import Final

HEIC_ANEW: Final = (
    "HEIC is not read by everybody: share or export the picture as JPEG; on an iPhone choose Settings, Camera, Formats, Most "
    "Compatible and take it again"
    " / HEIC читают не все: сохраните снимок как JPEG; на iPhone выберите «Настройки», «Камера», «Форматы», «Наиболее "
    "совместимые» и снимите ещё раз"
    " / HEIC форматын бәрі оқи алмайды: суретті JPEG етіп сақтаңыз; iPhone-да «Баптаулар», «Камера», «Пішімдер», «Ең "
    "үйлесімді» таңдап, қайта түсіріңіз"
)


class Fault(StrEnum):
    """The values are part of the API: clients switch on them."""

    NOT_WHAT_IT_SAYS = "attachment.not-what-it-says"
    BROKEN = "attachment.broken"
    TOO_MANY_PIXELS = "attachment.too-many-pixels"
    ENCRYPTED = "attachment.encrypted"
    ACTIVE = "attachment.active"
    TOO_LONG_TO_READ = "attachment.too-long-to-read"


class Unfit(Exception):  # noqa: N818 - a refusal, like Refused
    """The file is not taken: which rule it breaks, and what to do."""

    def __init__(self, fault: Fault, rule: str, remedy: str) -> None:
        super().__init__(f"{fault}: {rule}; {remedy}")
        self.fault = fault
        self.rule = rule
        self.remedy = remedy
