"""The container `egov`: what the supervisor of `egov up` does beside starting servers and services."""

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Final

import httpx

from deploy.containers.place import NCA_URL, URLS, Settings, plan, published
from deploy.containers.secrets import Secrets
from deploy.local.background import commands as background
from deploy.local.background.state import State
from deploy.local.background.supervisor import state_of, time_runs
from deploy.local.files.applications import default_file, read_applications
from deploy.local.servers.processes import wait_until
from law.universities import load_universities

_WITHIN_SECONDS: Final = 300.0
_AGAIN_SECONDS: Final = 0.5


async def hold(settings: Settings) -> None:
    """Let virtual time run and hold the state file until SIGTERM; then time stands still where it is."""
    _end_on_signals()
    drawn = Secrets.read("egov")
    chain = plan(settings, drawn)
    state = state_of(chain, URLS, NCA_URL, published(settings, drawn))
    state.forget()
    with contextlib.suppress(asyncio.CancelledError):
        await _answering("/health/live")
        async with time_runs(settings.wish, chain, URLS):
            await _answering("/health/ready")
            await _furnish(state)
            async with _noted(state):
                _say(f"The chain is ready; the portal: {state.published['portal']}/docs")
                await asyncio.Event().wait()
    _say("Virtual time stands still until the next start.")


def _end_on_signals() -> None:
    task = asyncio.current_task()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, lambda: task and task.cancel())


async def _answering(path: str) -> None:
    """Wait until every service answers there with success."""
    async with httpx.AsyncClient(timeout=5.0, trust_env=False) as http:
        for service, url in URLS.items():
            _say(f"Waiting for {service}, {path}…")
            await wait_until(partial(_succeeds, http, url + path), _WITHIN_SECONDS, f"{service}{path}", _AGAIN_SECONDS)


async def _succeeds(http: httpx.AsyncClient, url: str) -> bool:
    try:
        return (await http.get(url)).is_success
    except httpx.HTTPError:
        return False


async def _furnish(state: State) -> None:
    universities = load_universities()
    rows, _ = read_applications(default_file(), universities)
    _say("Entering graduates and blank forms at the universities…")
    await background.furnish(state, universities, rows)


@asynccontextmanager
async def _noted(state: State) -> AsyncIterator[None]:
    """The state file is there while the chain is ready: `egov status` and the container's health go by it."""
    state.write()
    try:
        yield
    finally:
        state.forget()


def _say(text: str) -> None:
    print(text, flush=True)  # standard output is the container's log
