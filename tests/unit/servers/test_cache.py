"""What is kept between runs is whole or absent, and one run at a time writes it."""

import threading
from pathlib import Path

import pytest

from deploy.local.errors import LauncherError
from deploy.local.servers.cache import cache_dir, keep_copy, locked, staged


def fill_half(final: Path) -> None:
    with staged(final) as directory:
        (directory / "first.jar").write_text("whole")
        raise KeyboardInterrupt


def test_the_cache_directory_can_be_chosen(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("EGOV_CACHE_DIR", str(tmp_path / "mine"))

    assert cache_dir() == tmp_path / "mine"
    assert cache_dir().is_dir()


def test_an_interrupted_download_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        fill_half(tmp_path / "kafka")

    assert list(tmp_path.iterdir()) == []


def test_an_interrupted_download_keeps_what_was_there_before(tmp_path: Path) -> None:
    with staged(tmp_path / "kafka") as directory:
        (directory / "old.jar").write_text("old")
    with pytest.raises(KeyboardInterrupt):
        fill_half(tmp_path / "kafka")

    assert [path.name for path in (tmp_path / "kafka").iterdir()] == ["old.jar"]


def test_what_a_killed_run_left_half_done_is_removed_by_the_next(tmp_path: Path) -> None:
    (tmp_path / "kafka.partial-killed").mkdir()
    with staged(tmp_path / "kafka") as directory:
        (directory / "new.jar").write_text("new")

    assert [path.name for path in tmp_path.iterdir()] == ["kafka"]


def test_a_failed_copy_leaves_no_half_file(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        keep_copy(tmp_path / "absent", tmp_path / "kept")

    assert list(tmp_path.iterdir()) == []


def test_a_run_that_waits_says_for_what_and_goes_on_when_it_may(tmp_path: Path) -> None:
    said: list[str] = []
    waiting = threading.Event()
    entered = threading.Event()

    def listen(text: str) -> None:
        said.append(text)
        waiting.set()

    def second_run() -> None:
        with locked(tmp_path / "lock", "fetching Apache Kafka", listen):
            entered.set()

    thread = threading.Thread(target=second_run)
    with locked(tmp_path / "lock", "fetching Apache Kafka"):
        thread.start()
        was_waiting = waiting.wait(5)
        entered_too_early = entered.is_set()
    thread.join(5)

    assert was_waiting
    assert not entered_too_early
    assert entered.is_set()
    assert said == ["Waiting for another run that is busy fetching Apache Kafka…"]


def test_a_run_that_waited_too_long_is_told_what_to_do(tmp_path: Path) -> None:
    with (
        locked(tmp_path / "lock", "fetching Apache Kafka"),
        pytest.raises(LauncherError, match="Stop the other run") as refusal,
        locked(tmp_path / "lock", "fetching Apache Kafka", wait_seconds=0.01),
    ):
        pass

    assert "fetching Apache Kafka" in str(refusal.value)
