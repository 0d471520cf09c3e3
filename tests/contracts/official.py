"""The official JSON Schema of AsyncAPI 3.0.0, from a package of the test environment; never copied here.

The package ships it as the AsyncAPI Initiative publishes it. Its sum, examples left out (they bind nothing and differ
between the Initiative's own releases), is that of schemas/3.0.0.json in release 6.11.1 of its schema package.
"""

import json
from hashlib import sha256
from importlib.metadata import distribution
from pathlib import Path
from typing import Any, Final

import jsonschema
from referencing.jsonschema import EMPTY_REGISTRY

_PACKAGE: Final = "xstate-statemachine"
_FILE: Final = "xstate_statemachine/eda/_asyncapi_schema.json"
SHA256: Final = "e7b1f715453e8e4a9e56a28df864963db42095a60f2ccb515014fc04fbee603e"


def asyncapi_schema() -> Any:  # Any: JSON
    # Found by its path: importing the package would run a state machine library for the sake of one file.
    path = Path(str(distribution(_PACKAGE).locate_file(_FILE)))
    schema = json.loads(path.read_text(encoding="utf-8"))
    found = sha256(json.dumps(_binding(schema), sort_keys=True).encode()).hexdigest()
    assert found == SHA256, (
        f"{path} is not the official schema of AsyncAPI 3.0.0: pin {_PACKAGE} to a release that has it"
    )
    return schema


def validator() -> jsonschema.Draft7Validator:
    """It resolves references inside the schema only: one that points out of it fails instead of asking the network."""
    return jsonschema.Draft7Validator(asyncapi_schema(), registry=EMPTY_REGISTRY)


def _binding(part: Any) -> Any:  # Any: JSON
    if isinstance(part, dict):
        kept = {key: value for key, value in part.items() if not (key == "examples" and isinstance(value, list))}
        return {key: _binding(value) for key, value in kept.items()}
    return [_binding(item) for item in part] if isinstance(part, list) else part
