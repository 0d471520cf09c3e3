"""The generator: what it writes, what it never touches, and that it notices every difference."""

import json
from pathlib import Path

import pytest

from contracts.generate import tree as committed
from contracts.generate.__main__ import ROOT, main

SAMPLE = "contracts/samples/kz.egov.portal.application-closed.v1.json"
OLD_SCHEMA = "contracts/schemas/kz.egov.portal.application-submitted.v1.json"
ENVELOPE = "contracts/samples/envelopes/kz.egov.portal.application-submitted.v1.json"
PAGE = "docs/topics/portal.applications.v1.md"
GENERATED = [
    "contracts/schemas/kz.egov.portal.application-submitted.v3.json",
    "contracts/schemas/envelope.json",
    "contracts/asyncapi.json",
    PAGE,
    "docs/topics/dead-letters.md",
    "docs/topics/README.md",
    "docs/procedures/README.md",
    "docs/procedures/kz-mes-705-dup-con.kk.svg",
]


def test_history_holds_every_version_twice_and_the_schemas_no_longer_written() -> None:
    paths = committed.history()

    assert {SAMPLE, ENVELOPE, OLD_SCHEMA} <= paths
    assert not paths & set(committed.generated(ROOT))


def test_the_committed_files_are_as_the_code_says() -> None:
    assert list(committed.problems(ROOT)) == [], f"run `{committed.COMMAND}` and review the difference"


def test_generated_files_that_were_changed_by_hand_are_noticed_and_written_again(tree: Path) -> None:
    before = {path: (tree / path).read_text(encoding="utf-8") for path in GENERATED}
    for path, text in before.items():
        (tree / path).write_text(text + "\n", encoding="utf-8")

    problems = {each.split()[0]: each for each in committed.problems(tree)}
    assert problems.keys() == before.keys()
    for path, problem in problems.items():
        assert problem.startswith(f"{path} differs from the code: run `python -m contracts.generate`")
    assert sorted(committed.write(tree)) == sorted(GENERATED)
    assert {path: (tree / path).read_text(encoding="utf-8") for path in GENERATED} == before


def test_the_difference_is_shown(tree: Path) -> None:
    (tree / PAGE).write_text(
        (tree / PAGE).read_text(encoding="utf-8").replace("written by", "penned by"), encoding="utf-8"
    )

    (problem,) = committed.problems(tree)
    assert "-| penned by | portal" in problem
    assert "+| written by | portal" in problem


def test_a_missing_page_is_noticed(tree: Path) -> None:
    (tree / PAGE).unlink()

    assert list(committed.problems(tree)) == [f"{PAGE} is missing: run `python -m contracts.generate`"]


def test_missing_files_of_history_are_reported_with_their_remedy_and_never_written(tree: Path) -> None:
    for path in (SAMPLE, ENVELOPE):
        (tree / path).unlink()
    committed.write(tree)

    problems = list(committed.problems(tree))
    assert sorted(each.split()[0] for each in problems) == sorted((SAMPLE, ENVELOPE))
    assert [each for each in problems if not each.endswith("it is never edited afterwards")] == []


def test_a_missing_schema_of_an_old_version_is_reported_and_never_written(tree: Path) -> None:
    (tree / OLD_SCHEMA).unlink()
    committed.write(tree)

    (problem,) = committed.problems(tree)
    assert problem.startswith(f"{OLD_SCHEMA} is missing: ")
    assert problem.endswith("an old version's schema is never generated")


def test_samples_are_never_overwritten(tree: Path) -> None:
    edited = {**json.loads((tree / SAMPLE).read_text(encoding="utf-8")), "added": True}
    (tree / SAMPLE).write_text(json.dumps(edited), encoding="utf-8")
    committed.write(tree)

    assert json.loads((tree / SAMPLE).read_text(encoding="utf-8")) == edited


def test_files_that_belong_to_nothing_are_noticed(tree: Path) -> None:
    paths = ["contracts/schemas/kz.egov.portal.gone.v1.json", "docs/topics/portal.gone.v1.md"]
    for path in paths:
        (tree / path).write_text("{}", encoding="utf-8")

    assert sorted(problem.split()[0] for problem in committed.problems(tree)) == paths


def test_the_check_writes_nothing_and_fails(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tree / PAGE).unlink()

    assert main(["--check", "--root", str(tree)]) == 1
    assert f"{PAGE} is missing" in capsys.readouterr().err
    assert not (tree / PAGE).exists()


def test_the_check_of_a_tree_as_it_should_be_is_silent(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--check", "--root", str(tree)]) == 0
    assert capsys.readouterr() == ("", "")


def test_writing_says_what_was_written(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tree / PAGE).unlink()

    assert main(["--root", str(tree)]) == 0
    assert capsys.readouterr().out == f"wrote {PAGE}\n"


def test_the_frozen_schema_of_version_1_is_version_2_without_the_channel() -> None:
    first = json.loads((ROOT / OLD_SCHEMA).read_text(encoding="utf-8"))
    second = json.loads((ROOT / OLD_SCHEMA.replace(".v1.", ".v2.")).read_text(encoding="utf-8"))

    assert second["properties"].keys() - first["properties"].keys() == {"channel"}
    assert set(second["required"]) - set(first["required"]) == {"channel"}
