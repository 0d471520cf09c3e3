"""Kafka and PostgreSQL from Docker images, for those who set EGOV_TEST_INFRA=testcontainers."""

from collections.abc import Iterator
from contextlib import contextmanager

from testcontainers.kafka import KafkaContainer
from testcontainers.postgres import PostgresContainer

from deploy.local.servers.infra import RunningServers, Servers

KAFKA_IMAGE = "apache/kafka:4.4.0"
POSTGRES_IMAGE = "postgres:18"


@contextmanager
def container_servers() -> Iterator[RunningServers]:
    with KafkaContainer(KAFKA_IMAGE) as kafka, PostgresContainer(POSTGRES_IMAGE, driver=None) as postgres:
        servers = Servers(kafka.get_bootstrap_server(), postgres.get_connection_url())
        yield RunningServers(servers, None, None)
