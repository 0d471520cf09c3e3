"""The container `nca`: what the certification authority shows the world. Its key is in the volume that `egov` writes."""

import socket

from deploy.containers.place import BOOTSTRAP_SERVERS, EVERY_INTERFACE, NCA_PORT
from deploy.containers.secrets import Secrets
from deploy.local.authority import http as nca_http
from deploy.local.background.state import home
from deploy.local.background.supervisor import told_to_stop
from deploy.local.servers.identities import AUTHORITY


async def show() -> None:
    """Answer until SIGTERM."""
    stopping = told_to_stop()
    listening = socket.create_server((EVERY_INTERFACE, NCA_PORT))
    broker = Secrets.read("nca").identities.broker(AUTHORITY, BOOTSTRAP_SERVERS)
    async with nca_http.shown(home() / "nca", listening, broker, prefix=""):
        await stopping.wait()
