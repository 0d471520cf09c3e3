"""Nothing happens at import: no sockets, no settings, no files, no threads, no registration."""

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
FILES: Final = sorted(
    path
    for room in ("contracts", "law", "services")
    for path in (ROOT / room).rglob("*.py")
    if "migrations" not in path.parts
)
MODULES: Final = [".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for path in FILES]
OURS: Final = ("PORTAL_", "ESUVO_", "SHEP_GATEWAY_", "UNIVERSITY_IS_", "CON_", "EGOV_", "KAFKA_", "DATABASE_URL")

WATCHED_IMPORT: Final = """
import importlib, json, os, sys, threading

modules, ours = json.loads(sys.argv[1])
seen = []

def watch(name):
    read = getattr(os._Environ, name)
    def watched(self, key):
        if isinstance(key, str) and key.startswith(tuple(ours)):
            seen.append(f"environment {key}")
        return read(self, key)
    setattr(os._Environ, name, watched)

def hook(event, arguments):
    if event in ("socket.connect", "socket.bind", "socket.getaddrinfo", "subprocess.Popen", "sqlite3.connect"):
        seen.append(event)
    elif event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+"):
        seen.append(f"writes {arguments[0]}")

# What others do when they are imported is not ours to judge.
for name in ("fastapi", "uvicorn", "aiokafka", "asyncpg", "alembic", "sqlalchemy.ext.asyncio", "structlog", "lxml.etree",
             "prometheus_client", "pydantic_settings", "opentelemetry.trace", "jinja2", "holidays", "cryptography.x509"):
    try:
        importlib.import_module(name)
    except ImportError:
        pass
watch("__getitem__")
sys.dont_write_bytecode = True
sys.addaudithook(hook)
for name in modules:
    importlib.import_module(name)
if threading.active_count() > 1:
    seen.append("threads")
print(json.dumps(seen))
"""


def watched_import(modules: list[str], cwd: Path = ROOT) -> list[str]:
    """What importing them does to the world, in a process whose environment holds settings of ours."""
    environment = {f"{name}X" if name.endswith("_") else name: "x" for name in OURS}
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", WATCHED_IMPORT, json.dumps([modules, OURS])],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    seen: list[str] = json.loads(done.stdout)
    return seen


def test_importing_everything_touches_neither_network_nor_environment_nor_files() -> None:
    assert len(MODULES) > 50
    assert watched_import(MODULES) == []


def test_the_watch_sees_what_it_is_for(tmp_path: Path) -> None:
    guilty = {
        "environment PORTAL_X": "import os; os.environ.get('PORTAL_X')",
        "environment EGOV_X": "import os; dict(os.environ)",
        "socket.bind": "import socket; socket.socket().bind(('127.0.0.1', 0))",
        "writes made.txt": "open('made.txt', 'w').close()",
        "threads": "import threading; threading.Thread(target=threading.Event().wait, daemon=True).start()",
    }
    for number, code in enumerate(guilty.values()):
        (tmp_path / f"guilty_{number}.py").write_text(code)

    seen = watched_import([f"guilty_{number}" for number in range(len(guilty))], tmp_path)

    assert guilty.keys() - set(seen) == set()


# Zones are named while modules load, so whose table of them counts must be settled before.
_TABLE = ["zoneinfo.reset_tzpath(())"]
_DEEDS = {"contracts/__init__.py": _TABLE, "law/__init__.py": _TABLE}


def deeds(tree: ast.Module) -> Iterator[ast.stmt]:
    """Statements at the top of a module that do something other than to name something."""
    for each in tree.body:
        match each:
            case ast.Import() | ast.ImportFrom() | ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                pass
            case ast.Assign() | ast.AnnAssign() | ast.Expr(value=ast.Constant()):
                pass
            case ast.If(test=ast.Compare(left=ast.Name(id="__name__")) | ast.Name(id="TYPE_CHECKING")):
                pass
            case _:
                yield each


def test_modules_only_name_things() -> None:
    done = {
        str(path.relative_to(ROOT)): found
        for path in FILES
        if (found := [ast.unparse(each) for each in deeds(ast.parse(path.read_text()))])
    }

    assert done == _DEEDS
