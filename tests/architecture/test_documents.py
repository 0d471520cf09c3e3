"""What the documents promise is there: links, paths, commands and their options, make targets, identifiers."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import typer.main
from typer.core import TyperGroup

from deploy.local.cli.__main__ import app

ROOT: Final = Path(__file__).resolve().parents[2]
DOCUMENTS: Final = sorted(
    path
    for path in (*ROOT.glob("*.md"), *(each for room in ROOT.glob("[a-z]*") for each in room.rglob("*.md")))
    if "node_modules" not in path.parts
)
MOST_WORDS: Final = 1_200  # of the README
_FENCE: Final = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_LINK: Final = re.compile(r"\]\(([^)\s]+)\)")
_SPAN: Final = re.compile(r"`([^`\n]+)`")
_PATH: Final = re.compile(r"(?:tests|services|deploy|contracts|law|docs)/[\w./-]+")
_IDENTIFIER: Final = re.compile(r"\b(?:DUP-[A-Z]+(?:-OUT)?-|GRANT-PORTAL-|EDGE-|INC-|BR-)[0-9]+\b")


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _prose(text: str) -> str:
    return _FENCE.sub("", text)


def _anchors(text: str) -> set[str]:
    """As GitHub makes them: lower case, punctuation gone, spaces to hyphens."""
    headings = re.findall(r"^#+ (.+)$", _prose(text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def _broken_links(document: Path) -> Iterator[str]:
    for link in _LINK.findall(_prose(document.read_text())):
        if re.match(r"[a-z]+:", link):
            continue
        target, _, anchor = link.partition("#")
        path = (document.parent / target).resolve() if target else document
        if not path.exists():
            yield f"{link}: nothing is there"
        elif anchor and path.suffix == ".md" and anchor not in _anchors(path.read_text()):
            yield f"{link}: that page has no such heading"


def _spans(text: str) -> list[str]:
    """Code in the text, and the lines of shell examples without their comments."""
    shell = [
        line.partition(" #")[0] for kind, body in _FENCE.findall(text) if kind == "sh" for line in body.splitlines()
    ]
    return [*_SPAN.findall(_prose(text)), *shell]


def _commands(program: str, text: str) -> Iterator[list[str]]:
    for span in _spans(text):
        for command in re.findall(rf"(?:^|\$\(|&& |\| ){program} ([^|)…;]*)", span):
            yield shlex.split(command)


def _wrong(group: TyperGroup, words: list[str]) -> str | None:
    """What of a command line the program does not know."""
    name, *rest = words
    command = group.commands.get(name)
    if command is None:
        return f"there is no command {name}"
    if isinstance(command, TyperGroup):
        return _wrong(command, rest) if rest else None
    known = {option for parameter in command.params for option in (*parameter.opts, "--help")}
    unknown = [word for word in rest if word.startswith("-") and word not in known]
    return f"{name} has no option {', '.join(unknown)}" if unknown else None


def _egov() -> TyperGroup:
    group = typer.main.get_command(app)
    assert isinstance(group, TyperGroup)
    return group


def test_every_link_leads_somewhere() -> None:
    broken = [(_name(document), each) for document in DOCUMENTS for each in _broken_links(document)]

    assert broken == []


def test_every_path_that_is_named_exists() -> None:
    named = {
        (document, span)
        for document in DOCUMENTS
        for span in _SPAN.findall(_prose(document.read_text()))
        if _PATH.fullmatch(span)
    }

    gone = [
        (_name(document), path)
        for document, path in sorted(named)
        if not any((base / path).exists() for base in (ROOT, document.parent))
    ]

    assert gone == []


def test_every_egov_command_exists_with_its_options() -> None:
    program = _egov()

    unknown = [
        (_name(document), wrong)
        for document in DOCUMENTS
        for words in _commands("egov", document.read_text())
        if words and (wrong := _wrong(program, words))
    ]

    assert unknown == []


def test_every_make_target_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {
        (_name(document), words[0])
        for document in DOCUMENTS
        for words in _commands("make", document.read_text())
        if words
    }

    assert [each for each in sorted(named) if each[1] not in targets] == []


def test_a_command_that_does_not_exist_is_noticed() -> None:
    assert _wrong(_egov(), ["fly"]) == "there is no command fly"
    assert _wrong(_egov(), ["clock", "back"]) == "there is no command back"
    assert _wrong(_egov(), ["up", "--upwards", "1"]) == "up has no option --upwards"


def test_a_link_that_leads_nowhere_is_noticed(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Here\n[a](gone.md) [b](#here) [c](#there) [d](https://example.org) `[e](f)`\n")

    broken = list(_broken_links(page))

    assert [line.partition(":")[0] for line in broken] == ["gone.md", "#there", "f"]


def test_the_readme_says_how_to_begin() -> None:
    words = (ROOT / "README.md").read_text()

    assert [each for each in ("make demo", "make test", "WSL", "docs/chain.svg") if each not in words] == []


def test_the_readme_is_read_in_five_minutes() -> None:
    assert len((ROOT / "README.md").read_text().split()) <= MOST_WORDS, "move what only some need to docs/"


def test_every_identifier_of_the_domain_is_explained() -> None:
    explained = set(_IDENTIFIER.findall((ROOT / "docs" / "domain.md").read_text()))
    sources = [
        path
        for room in ("contracts", "law", "services", "deploy", "tests")
        for path in (ROOT / room).rglob("*")
        if path.suffix in {".py", ".yaml", ".md"}
    ]
    used = {found for path in sources for found in _IDENTIFIER.findall(path.read_text())}

    assert used - explained == set(), "add a row to docs/domain.md"


def test_every_decision_is_in_the_list_of_decisions() -> None:
    folder = ROOT / "docs" / "adr"
    listed = set(_LINK.findall((folder / "README.md").read_text()))

    assert listed == {path.name for path in folder.glob("[0-9]*.md")}
