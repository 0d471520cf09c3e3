"""`python -m services._papers [--check]`: write docs/documents, a sample of each paper, or say which differs."""

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from contracts.generate import plainly
from services._papers.render import render
from services._papers.samples import samples

FOLDER: Final = Path(__file__).parents[2] / "docs" / "documents"


def pages() -> Mapping[str, str]:
    """File name to page."""
    return {f"{each.kind.replace('_', '-')}.html": render(each) for each in samples()}


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when the folder is as it should be, 1 with the differences on the standard error when it is not."""
    parser = argparse.ArgumentParser(prog="python -m services._papers", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if anything differs")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where the samples are")
    options = parser.parse_args(arguments)
    wanted = pages()
    for name, page in wanted.items():
        path = options.folder / name
        if options.check:
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page, encoding="utf-8")
        sys.stdout.write(f"wrote {path}\n")
    wrong = [name for name, page in wanted.items() if _read(options.folder / name) != page]
    sys.stderr.writelines(f"{name} is not what its template makes: run python -m services._papers\n" for name in wrong)
    return 1 if wrong else 0


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None


if __name__ == "__main__":
    sys.exit(plainly.run(main))
