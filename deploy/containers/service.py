"""One of the five services, with its settings from the secrets and the addresses of the other containers."""

import os
import runpy

from deploy.containers.place import EVERY_INTERFACE, PORTS, Settings, plan
from deploy.containers.secrets import SESSION_SECRET, Secrets
from deploy.local.background.outside import AUTHORITY
from deploy.local.chain.settings import service_settings


def run(service: str, settings: Settings) -> None:
    """Run it in this process until SIGTERM. A variable that the container was given goes before ours."""
    drawn = Secrets.read(service)
    ours = service_settings(
        plan(settings, drawn), service, "1", PORTS[service], AUTHORITY, drawn.get(SESSION_SECRET), drawn.papers
    )
    os.environ.update({f"{service.upper()}_HOST": EVERY_INTERFACE, **ours, **os.environ})
    runpy.run_module(f"services.{service}", run_name="__main__", alter_sys=True)
