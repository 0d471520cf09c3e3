"""What Kafka's clients are told of the broker."""

from services._chassis.broker import Broker, client_options

ADDRESS = "127.0.0.1:9092"


def test_without_a_user_a_client_is_told_the_address_alone() -> None:
    assert client_options(ADDRESS) == client_options(Broker(ADDRESS)) == {"bootstrap_servers": ADDRESS}


def test_with_a_user_every_client_logs_in_without_sending_the_password() -> None:
    told = client_options(Broker(ADDRESS, "portal", "secret"))

    assert told["bootstrap_servers"] == ADDRESS
    assert (told["security_protocol"], told["sasl_mechanism"]) == ("SASL_PLAINTEXT", "SCRAM-SHA-512")
    assert (told["sasl_plain_username"], told["sasl_plain_password"]) == ("portal", "secret")
