"""The container `nca`: what the certification authority shows the world. Its key is in the volume that `egov` writes."""

import asyncio
import signal

from deploy.containers.place import BOOTSTRAP_SERVERS, EVERY_INTERFACE, NCA_PORT
from deploy.local import nca_http
from deploy.local.supervisor import home


async def show() -> None:
    """Answer until SIGTERM."""
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    async with nca_http.shown(home() / "nca", EVERY_INTERFACE, NCA_PORT, BOOTSTRAP_SERVERS, prefix=""):
        await stopping.wait()
