"""The portal and the service centre as real processes without the rest of the chain, and people who use them."""

import itertools
import json
import secrets
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import asyncpg
import httpx
from aiokafka import AIOKafkaProducer
from cryptography.hazmat.primitives.asymmetric import ec

from contracts import dead_letter, shep_deliveries
from contracts.common import Notice, NoticeKind
from contracts.envelope import Envelope
from contracts.event import Text
from deploy.local.authority.holders import Person
from deploy.local.authority.keys import Credential, sign_jws
from deploy.local.authority.nca import Nca
from deploy.local.chain.chain import Chain
from deploy.local.chain.conductor import Conductor
from deploy.local.files.applications import ApplicationRow
from deploy.local.people.applicants import Applicant, equip
from deploy.local.people.doors import conductor_of
from deploy.local.servers.infra import RunningServers
from deploy.local.servers.processes import wait_until
from deploy.local.servers.topics import read_topics
from services._eds.signature import Use
from tests.support.chain import chain_of, iin, plan_for, row

MONDAY = datetime(2016, 2, 15, 4, tzinfo=UTC)
WITHIN = 30.0
_DAY = timedelta(days=1)
_WORDS = Text(kk="Хабарлама", ru="Уведомление", en="Notice")
_ALONE = {"esuvo": 0, "university_is": 0, "shep_gateway": 0}


@dataclass(slots=True)
class Desk:
    """A portal whose clock stands at `now`. Each test brings people of its own, so that none knows another's."""

    chain: Chain
    leader: Conductor
    http: httpx.AsyncClient
    producer: AIOKafkaProducer
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(100))
    now: datetime = MONDAY

    async def person(self) -> "Visitor":
        """A registered applicant, signed in."""
        number = next(self.numbers)
        line = ApplicationRow.model_validate({"line": 1, **row(number, "2016-02-15T10:00", iin=iin(number))})
        applicant = equip(
            line, self.chain.nca, ec.generate_private_key(ec.SECP256R1()), self.now, self.http, lambda: self.now
        )
        visitor = Visitor(self, line, applicant)
        await visitor.sign_in("/accounts")
        return visitor

    def certified(self, person: Person, use: Use, *, nca: Nca | None = None, until: timedelta = 9 * _DAY) -> Credential:
        """A certificate in force from ten days ago until `until` from now."""
        key = ec.generate_private_key(ec.SECP256R1())
        return (nca or self.chain.nca).issue(person, use, self.now - 10 * _DAY, self.now + until, key)

    async def events(self) -> int:
        """How much the portal has ever decided."""
        connection = await asyncpg.connect(self.chain.plan.database_url("portal"))
        try:
            return int(await connection.fetchval("select count(*) from events"))
        finally:
            await connection.close()

    async def publish(self, value: bytes, key: str) -> None:
        """Any bytes, on the topic that the portal hears."""
        await self.producer.send_and_wait(self.chain.plan.topic_prefix + shep_deliveries.TOPIC, value, key=key.encode())

    async def tell(self, application_id: str, kind: NoticeKind) -> None:
        """The gateway hands a notice of the duplicates service over; returns when the portal has decided on it."""
        await self.hand_over(
            {
                "notice_id": str(uuid4()),
                "application_id": application_id,
                "kind": kind,
                "text": _WORDS,
                "at": self.now,
                "collection_place": _WORDS if kind is NoticeKind.READY else None,
                "corrections": [{"field": "graduation_year", "rule": _WORDS}]
                if kind is NoticeKind.RETURNED_FOR_CORRECTION
                else [],
            }
        )

    async def hand_over(self, fields: Mapping[str, object]) -> None:
        """The gateway hands over the notice of these fields; returns when the portal has decided on it."""
        before = await self.events()
        notice = Notice.model_validate({**fields, "at": self.now})
        application_id = str(notice.application_id)
        event = shep_deliveries.NoticeDispatched(
            application_id=notice.application_id, notice=notice, attempt=1, dispatched_at=self.now
        )
        await self.publish(envelope(event.type_name(), application_id, event.model_dump(mode="json")), application_id)

        async def decided() -> bool:
            return await self.events() > before

        await wait_until(decided, WITHIN, "the portal to take the notice in")

    async def dead_letters(self, count: int) -> list[dead_letter.DeadLettered]:
        """The first `count` of what the portal set aside, waited for."""
        topic = f"{self.chain.plan.topic_prefix}{shep_deliveries.TOPIC}.dead"
        found: list[bytes] = []

        async def enough() -> bool:
            found[:] = (await read_topics(self.chain.plan.servers.bootstrap_servers, [topic]))[topic]
            return len(found) >= count

        await wait_until(enough, WITHIN, f"{count} dead letters", every_seconds=0.1)
        read = [Envelope.model_validate_json(value) for value in found]
        return [dead_letter.DeadLettered.model_validate(each.data) for each in read]


def envelope(type_name: str, subject: str, data: Mapping[str, object], source: str = "/shep_gateway") -> bytes:
    identity = str(uuid4())
    return json.dumps(
        {
            "specversion": "1.0",
            "id": identity,
            "source": source,
            "type": type_name,
            "subject": subject,
            "time": MONDAY.isoformat(),
            "correlationid": identity,
            "causationid": identity,
            "data": data,
        }
    ).encode()


@dataclass(slots=True)
class Visitor:
    """One person with a browser: what they would send, right or wrong."""

    desk: Desk
    line: ApplicationRow
    applicant: Applicant
    token: str = ""

    @property
    def person(self) -> Person:
        return self.applicant.person

    def form(self, **changes: object) -> dict[str, object]:
        line = self.line
        form: dict[str, object] = {
            "form": "duplicate-application/2",
            **self.stamp(),
            "applicant": {"iin": line.iin, "surname": line.surname, "name": line.name, "patronymic": None},
            "university": line.university,
            "specialty": line.specialty,
            "graduation_year": line.graduation_year,
            "document_kind": line.document_kind,
            "reason": line.reason,
        }
        return form | changes

    def stamp(self) -> dict[str, object]:
        """For this portal, at its moment, once."""
        return {
            "audience": "urn:egov-chain:portal",
            "moment": self.desk.now.isoformat(),
            "nonce": secrets.token_hex(16),
        }

    def signed(self, form: Mapping[str, object], credential: Credential | None = None) -> str:
        return sign_jws(json.dumps(form).encode(), credential or self.applicant.signing)

    async def send(self, path: str, signed: str | None = None, *, token: str | None = None) -> httpx.Response:
        """POST what was signed (or nothing), as this person or with another token."""
        headers = {"authorization": f"Bearer {token or self.token}"}
        body = None if signed is None else {"signed": signed}
        return await self.desk.http.post(path, json=body, headers=headers)

    async def upload(self, content: bytes | AsyncIterator[bytes], media_type: str) -> httpx.Response:
        """An electronic copy, as it is."""
        headers = {"authorization": f"Bearer {self.token}"} | ({"content-type": media_type} if media_type else {})
        return await self.desk.http.post("/attachments", content=content, headers=headers)

    async def look(self, path: str) -> httpx.Response:
        return await self.desk.http.get(path, headers={"authorization": f"Bearer {self.token}"})

    async def file(self, **changes: object) -> str:
        """The id of an application that was taken."""
        answer = await self.send("/applications", self.signed(self.form(**changes)))
        assert answer.status_code == httpx.codes.CREATED, answer.text
        return str(answer.json()["id"])

    async def challenge(self, credential: Credential | None = None) -> str:
        """A fresh challenge, signed."""
        text = (await self.desk.http.post("/challenges")).json()["challenge"]
        return sign_jws(text.encode(), credential or self.applicant.authentication)

    async def sign_in(self, path: str = "/sessions") -> None:
        answer = await self.desk.http.post(path, json={"signed": await self.challenge()})
        assert answer.is_success, answer.text
        self.token = answer.json()["token"]


@asynccontextmanager
async def open_desk(
    servers: RunningServers, directory: Path, now: datetime = MONDAY, environment: Mapping[str, str] | None = None
) -> AsyncIterator[Desk]:
    usual = plan_for(servers, directory, now)
    plan = replace(usual, instances=_ALONE, environment={**usual.environment, **(environment or {})})
    async with AsyncExitStack() as stack:
        chain = await stack.enter_async_context(chain_of(plan))
        leader = await stack.enter_async_context(conductor_of(chain))
        await leader.set_clock(now, rate=0)
        await chain.ready()
        producer = AIOKafkaProducer(bootstrap_servers=plan.servers.bootstrap_servers, acks="all")
        await producer.start()
        stack.push_async_callback(producer.stop)
        http = httpx.AsyncClient(base_url=chain.url("portal"), timeout=30.0, trust_env=False)
        await stack.enter_async_context(http)
        yield Desk(chain, leader, http, producer, now=now)
