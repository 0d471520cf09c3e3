"""What goes wrong though the program has no mistake, and the words for it; `contracts.generate.plainly` asks for them."""

from typing import Final

_CLIENTS: Final = frozenset({"aiohttp", "aiokafka", "asyncpg", "httpcore", "httpx", "sqlalchemy"})


class LauncherError(Exception):
    """What is wrong, by which rule, and what to do; meant for people, without a traceback."""


def known(error: BaseException) -> str | None:
    """None for what is a mistake of ours."""
    if isinstance(error, LauncherError):
        return str(error)
    if isinstance(error, TimeoutError):
        return str(error) or "What was asked did not answer in time. See `egov status`, then try again."
    if (
        type(error).__module__.partition(".")[0] in _CLIENTS
    ):  # by name: to load them all takes longer than most commands
        said = f"{type(error).__name__}: {error}".splitlines()[0]
        return f"The chain, or its broker or database, does not answer ({said}). See `egov status` and `egov logs`."
    return None
