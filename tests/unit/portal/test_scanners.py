"""Files are read side by side, and nobody's files hold a stranger's up."""

import asyncio

import pytest

from services.portal.papers.copies.scanner import MOST_WAITING, MOST_WAITING_OF_ALL, Scanner, Scanners, TooMany


class Held:
    """In the place of a process: each file is read when the test says so."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.under_way: list[bytes] = []
        self.done: dict[bytes, asyncio.Event] = {}

        async def check(_scanner: Scanner, content: bytes, _media_type: str) -> None:
            self.under_way.append(content)
            await self.done.setdefault(content, asyncio.Event()).wait()
            self.under_way.remove(content)

        monkeypatch.setattr(Scanner, "check", check)

    def finish(self, content: bytes) -> None:
        self.done.setdefault(content, asyncio.Event()).set()


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Held:
    return Held(monkeypatch)


async def settled() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def test_one_persons_files_take_one_process_and_a_strangers_is_read_beside_them(held: Held) -> None:
    scanners, read = Scanners(), list[bytes]()

    def content(each: bytes) -> bytes:
        read.append(each)
        return each

    def send(person: str, each: bytes) -> "asyncio.Task[bytes]":
        return asyncio.create_task(scanners.check(person, lambda: content(each), "image/png"))

    own = [send("aigerim", each) for each in (b"1", b"2", b"3")]
    await settled()
    strangers = send("gauhar", b"photo")
    await settled()
    assert sorted(held.under_way) == [b"1", b"photo"]
    assert read == [b"1", b"photo"]  # what waits is not in memory
    held.finish(b"photo")
    assert await strangers == b"photo"
    for each in (b"1", b"2", b"3"):
        held.finish(each)

    assert await asyncio.gather(*own) == [b"1", b"2", b"3"]


async def test_those_who_wait_come_in_the_order_in_which_they_came_one_file_of_each(held: Held) -> None:
    scanners = Scanners()
    for person in ("a", "b", "c"):
        for number in range(2):
            name = f"{person}{number}".encode()
            held.done[name] = asyncio.Event()
    tasks = [
        asyncio.create_task(scanners.check(person, f"{person}{number}".encode, "image/png"))
        for person in ("a", "b", "c")
        for number in range(2)
    ]
    await settled()
    assert held.under_way == [b"a0", b"b0"]
    held.finish(b"a0")
    await settled()

    assert held.under_way == [b"b0", b"c0"]
    for name in list(held.done):
        held.finish(name)
    await asyncio.gather(*tasks)


def test_a_person_has_few_places_in_line_and_all_people_have_many() -> None:
    scanners = Scanners()
    places = [scanners.place("aigerim") for _ in range(MOST_WAITING)]
    for each in places:
        each.__enter__()
    with pytest.raises(TooMany) as own, scanners.place("aigerim"):
        pass
    others = [scanners.place(f"person-{number}") for number in range(MOST_WAITING_OF_ALL - MOST_WAITING)]
    for each in others:
        each.__enter__()
    with pytest.raises(TooMany) as all_people, scanners.place("stranger"):
        pass
    for each in (*places, *others):
        each.__exit__(None, None, None)
    with scanners.place("aigerim"):
        pass

    assert (own.value.own, all_people.value.own) == (True, False)
