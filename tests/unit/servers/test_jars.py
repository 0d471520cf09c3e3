"""Only the jars of the lock file run, and they are fetched once."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import pytest

from deploy.local.errors import LauncherError
from deploy.local.servers.cache import Progress
from deploy.local.servers.jars import Jar, broker_jars, locked_jars, verify

CONTENT = {"kafka_2.13": b"broker", "slf4j-api": b"logging"}
JARS = [Jar(hashlib.sha256(content).hexdigest(), "org.example", name, "4.4.0") for name, content in CONTENT.items()]


@pytest.fixture
def lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("EGOV_CACHE_DIR", str(tmp_path / "cache"))
    path = tmp_path / "jars.lock"
    path.write_text("# a comment\n" + "".join(f"{jar.sha256} org.example:{jar.artifact}:4.4.0\n" for jar in JARS))
    return path


class Mirror:
    """A fetcher that counts its calls."""

    def __init__(self, content: dict[str, bytes]) -> None:
        self.content = content
        self.calls = 0

    def __call__(self, jars: Sequence[Jar], directory: Path, progress: Progress) -> None:
        self.calls += 1
        progress(f"{len(jars)} jars")
        for name, content in self.content.items():
            (directory / f"{name}-4.4.0.jar").write_bytes(content)


def broken(_jars: Sequence[Jar], directory: Path, _progress: Progress) -> None:
    (directory / "half.jar").write_bytes(b"half")
    raise LauncherError("no mvn settings.")


def interrupted(_jars: Sequence[Jar], directory: Path, _progress: Progress) -> None:
    (directory / "kafka_2.13-4.4.0.jar").write_bytes(b"bro")
    raise KeyboardInterrupt


def cached(tmp_path: Path) -> list[str]:
    return sorted(path.name for path in (tmp_path / "cache").iterdir() if path.is_dir())


def test_a_second_start_downloads_nothing(lock: Path) -> None:
    mirror = Mirror(CONTENT)
    first = broker_jars(fetchers=[mirror], lock=lock)
    second = broker_jars(fetchers=[mirror], lock=lock)

    assert first == second
    assert mirror.calls == 1


def test_a_jar_with_a_wrong_sum_is_deleted_and_refused(tmp_path: Path) -> None:
    Mirror(CONTENT | {"slf4j-api": b"tampered"})(JARS, tmp_path, print)
    with pytest.raises(LauncherError, match=r"slf4j-api-4\.4\.0\.jar: its sha256 is .* says .* is not run") as refusal:
        verify(JARS, tmp_path)

    assert "start again" in str(refusal.value)
    assert [path.name for path in tmp_path.iterdir()] == ["kafka_2.13-4.4.0.jar"]


def test_nothing_of_a_refused_download_is_kept(tmp_path: Path, lock: Path) -> None:
    with pytest.raises(LauncherError):
        broker_jars(fetchers=[Mirror(CONTENT | {"slf4j-api": b"tampered"})], lock=lock)

    assert cached(tmp_path) == []


def test_an_interrupted_download_leaves_no_half_file(tmp_path: Path, lock: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        broker_jars(fetchers=[interrupted], lock=lock)

    assert cached(tmp_path) == []


def test_a_jar_damaged_in_the_cache_is_refused_and_fetched_anew_next_time(lock: Path) -> None:
    mirror = Mirror(CONTENT)
    directory = broker_jars(fetchers=[mirror], lock=lock)
    (directory / "slf4j-api-4.4.0.jar").write_bytes(b"damaged")
    with pytest.raises(LauncherError, match="start again to fetch it anew"):
        broker_jars(fetchers=[mirror], lock=lock)
    broker_jars(fetchers=[mirror], lock=lock)

    assert mirror.calls == 2
    assert (directory / "slf4j-api-4.4.0.jar").read_bytes() == CONTENT["slf4j-api"]


def test_a_jar_that_the_lock_does_not_list_is_refused(tmp_path: Path) -> None:
    Mirror(CONTENT | {"stranger": b"?"})(JARS, tmp_path, print)

    with pytest.raises(LauncherError, match=r"stranger-4\.4\.0\.jar"):
        verify(JARS, tmp_path)


def test_a_missing_jar_is_refused(tmp_path: Path) -> None:
    Mirror({"kafka_2.13": b"broker"})(JARS, tmp_path, print)

    with pytest.raises(LauncherError, match="slf4j-api"):
        verify(JARS, tmp_path)


def test_when_one_client_fails_the_next_is_tried_and_the_user_is_told(lock: Path) -> None:
    said: list[str] = []
    mirror = Mirror(CONTENT)
    directory = broker_jars(said.append, fetchers=[broken, mirror], lock=lock)

    assert mirror.calls == 1
    assert said[0] == "no mvn settings. Trying without it…"
    assert not (directory / "half.jar").exists()


def test_a_malformed_lock_line_names_file_and_form(tmp_path: Path) -> None:
    path = tmp_path / "bad.lock"
    path.write_text("abc org.example:only-two\n")

    with pytest.raises(LauncherError, match=r"bad\.lock: each line must read `sha256 group:artifact:version`"):
        locked_jars(path)


def test_the_committed_lock_pins_the_broker_and_its_logging_by_whole_sums() -> None:
    jars = locked_jars()

    assert {"kafka_2.13", "kafka-clients", "log4j-slf4j-impl"} <= {jar.artifact for jar in jars}
    assert all(len(bytes.fromhex(jar.sha256)) == 32 for jar in jars)
