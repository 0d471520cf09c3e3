"""`python -m contracts.generate [--check]`: write what follows from the contracts, or say where the tree differs."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from contracts.generate import plainly, tree

ROOT: Final = Path(__file__).parents[2]


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when the tree is as it should be, 1 with the reasons on the standard error when it is not."""
    parser = argparse.ArgumentParser(prog=tree.COMMAND, description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if anything differs")
    parser.add_argument("--root", type=Path, default=ROOT, help="the repository's root")
    options = parser.parse_args(arguments)
    if not options.check:
        for path in tree.write(options.root):
            sys.stdout.write(f"wrote {path}\n")
    found = list(tree.problems(options.root))
    sys.stderr.writelines(f"{problem}\n" for problem in found)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(plainly.run(main))
