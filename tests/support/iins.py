"""Made-up identification numbers that the rule issues."""

from collections.abc import Callable

from contracts.iin import check_digit


def issued(first11: str, fit: Callable[[str], bool] = lambda _first11: True) -> str:
    """The number of these eleven digits, or of the next serials, of which a check digit is issued and that fit."""
    for more in range(100):
        first = f"{first11[:7]}{(int(first11[7:]) + more) % 10_000:04}"
        check = check_digit(first)
        if check is not None and fit(first):
            return f"{first}{check}"
    raise AssertionError(f"no number is issued near {first11}")
