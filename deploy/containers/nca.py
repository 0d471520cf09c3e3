"""The container `nca`: what the certification authority shows the world. Its key is in the volume that `egov` writes."""

import socket

from deploy.containers.place import BOOTSTRAP_SERVERS, EVERY_INTERFACE, NCA_PORT
from deploy.local import nca_http
from deploy.local.supervisor import home, told_to_stop


async def show() -> None:
    """Answer until SIGTERM."""
    stopping = told_to_stop()
    listening = socket.create_server((EVERY_INTERFACE, NCA_PORT))
    async with nca_http.shown(home() / "nca", listening, BOOTSTRAP_SERVERS, prefix=""):
        await stopping.wait()
