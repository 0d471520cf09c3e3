"""Who guesses codes waits: by address, and all together."""

from services.portal.papers.guessing import MOST_ASKED, MOST_WRONG, Guesses

GUESSER, STRANGER = "192.0.2.7", "192.0.2.8"


class Clock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def exhausted(guesses: Guesses, address: str = GUESSER) -> None:
    for _ in range(MOST_WRONG):
        assert guesses.wait_of(address) == 0
        guesses.wrong(address)


def test_an_address_waits_after_too_many_wrong_codes_and_a_stranger_does_not() -> None:
    guesses = Guesses(Clock())
    exhausted(guesses)

    assert guesses.wait_of(GUESSER) == 1
    assert guesses.wait_of(STRANGER) == 0


def test_who_has_waited_may_ask_again_once() -> None:
    clock = Clock()
    guesses = Guesses(clock)
    exhausted(guesses)
    clock.seconds += 1

    assert guesses.wait_of(GUESSER) == 0
    guesses.wrong(GUESSER)
    assert guesses.wait_of(GUESSER) == 1


def test_addresses_of_one_ipv6_network_are_one_guesser() -> None:
    guesses = Guesses(Clock())
    exhausted(guesses, "2001:db8::1")

    assert guesses.wait_of("2001:db8::ffff:2") == 1
    assert guesses.wait_of("2001:db8:0:1::1") == 0


def test_all_together_ask_no_more_than_can_be_looked_up() -> None:
    clock = Clock()
    guesses = Guesses(clock)
    first = [guesses.wait_of_all() for _ in range(MOST_ASKED)]
    refused = guesses.wait_of_all()
    clock.seconds += 1

    assert set(first) == {0}
    assert refused == 1
    assert guesses.wait_of_all() == 0
