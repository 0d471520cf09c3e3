"""A university's information system in one page, in place of the chain's own: it does at once what is asked of it.

    python docs/examples/own_university.py 127.0.0.1:9092            # plays every university
    python docs/examples/own_university.py 127.0.0.1:9092 --rubbish  # leaves a required field out

Nothing of this repository is imported, as a system in another language could import nothing.
"""
# ruff: noqa: INP001, T201 - an example stands alone, in no package, and a command line prints

import argparse
import asyncio
import contextlib
import json
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

DUPLICATES, GRANTS = "university.cases.v1", "university.grants.v1"
HEARS = ("esuvo.requests.v1", "esuvo.notifications.v1", "esuvo.competition.v1", f"{DUPLICATES}.dead", f"{GRANTS}.dead")
OURS = UUID("5b0c5a0e-7d0b-4d61-9a53-7c1b7f1f3a10")  # ids derive from what caused them: sent twice, counted once
STRUCTURED = [("content-type", b"application/cloudevents+json")]  # the mode of CloudEvents that all of the chain writes
Json = dict[str, Any]  # Any: JSON


def text(words: str) -> Json:
    """What a person reads, in Kazakh, Russian and English; a real system translates."""
    return dict.fromkeys(("kk", "ru", "en"), words)


def answers(heard: Json) -> list[tuple[str, str, Json]]:
    """Topic, event and data of all that the university makes of a message."""
    match heard["type"]:
        case "kz.egov.esuvo.request-routed.v1":
            return [(DUPLICATES, name, data) for name, data in duplicate(heard)]
        case "kz.egov.esuvo.grant-application-routed.v1":
            return [(GRANTS, name, data) for name, data in intake(heard)]
        case "kz.egov.esuvo.certificate-dispatched.v1":
            return [(GRANTS, name, data) for name, data in winner(heard)]
        case _:
            return []


def duplicate(heard: Json) -> list[tuple[str, Json]]:
    """The events of a case, in the order of the procedure."""
    kind = heard["data"]["request"]["document_kind"].removesuffix("_with_supplement")
    blanks = {"blanks": [{"kind": kind, "serial": "ЖБ0000001"}]}
    return [
        ("case-opened", {"channel": heard["data"]["channel"], "regulation": "KZ-MES-705-DUP"}),
        ("case-registered", {"incoming_number": "1/2016"}),
        ("notice-sent", notice(heard, "registered")),
        ("case-verified", {"reference_note": "2/2016"}),
        ("case-considered", {}),
        ("duplicate-prepared", blanks),
        ("notice-sent", notice(heard, "ready", collection_place=text("Room 101"))),
        ("duplicate-issued", blanks),
        ("notice-sent", notice(heard, "issued")),
    ]


def intake(heard: Json) -> list[tuple[str, Json]]:
    """The admission committee takes every application; a real one reads its copies at the portal first."""
    data, year = heard["data"], int(heard["time"][:4])
    number = f"{data['university']}-{year}-{UUID(heard['subject']).int % 10**6:06d}"
    proven = any(each["kind"] == "benefit_proof" for each in data["attachments"])
    standing = {
        "registration_number": number,
        "request": data["request"],
        "benefits_proven": proven,
        "registered_at": heard["time"],
    }
    came = {"channel": "portal", "campaign": year}
    return [
        ("grant-application-registered", {**came, "regulation": "KZ-MES-705-GRANT", "registration_number": number}),
        ("grant-application-verified", {"benefits_proven": proven}),
        ("forwarded-to-testing-centre", {**came, "standing": standing}),
    ]


def winner(heard: Json) -> list[tuple[str, Json]]:
    """Every winner comes for the certificate, enrols, and has the rector's order."""
    certificate = {"certificate_number": heard["data"]["certificate_number"], "collector": {"kind": "applicant"}}
    order = {"order_number": "1/С", "order_date": heard["time"][:10], "paid_from": f"{heard['time'][:4]}-09-01"}
    return [("certificate-handed-over", certificate), ("winner-enrolled", {}), ("scholarship-assigned", order)]


def notice(heard: Json, kind: str, **more: Json) -> Json:
    """A notice to the applicant. Real systems send it again until esuvo.notifications.v1 says NoticeForwarded."""
    about = {"application_id": heard["subject"], "at": heard["time"], "kind": kind, "text": text(f"Your case: {kind}")}
    return {"notice": {"notice_id": str(uuid5(OURS, heard["id"] + kind)), **about, **more}, "attempt": 1}


def envelope(heard: Json, number: int, name: str, data: Json) -> Json:
    """CloudEvents 1.0 as contracts/schemas/envelope.json asks; the record's key is `subject`."""
    asked = heard["data"]
    university = asked["university"] if "university" in asked else asked["request"]["university"]
    who = {"application_id": heard["subject"], "at": heard["time"], "university": university}
    return {
        "specversion": "1.0",
        "id": str(uuid5(OURS, f"{heard['id']}{number}")),
        "source": "/university_is",
        "type": f"kz.egov.university.{name}.v1",
        "subject": heard["subject"],
        "time": heard["time"],
        "datacontenttype": "application/json",
        "correlationid": heard["correlationid"],
        "causationid": heard["id"],
        "data": {**who, **data},
    }


def broker(bootstrap_servers: str, login: Path | None) -> dict[str, Any]:  # Any: the clients' arguments
    """Where the broker is; and who comes, if it asks: the user is the file's name, the password what is in it."""
    place: dict[str, Any] = {"bootstrap_servers": bootstrap_servers}
    if login is None:
        return place
    who = {"sasl_plain_username": login.name, "sasl_plain_password": login.read_text()}
    return {**place, **who, "security_protocol": "SASL_PLAINTEXT", "sasl_mechanism": "SCRAM-SHA-512"}


async def play(bootstrap_servers: str, *, rubbish: bool, login: Path | None = None) -> None:
    """Answer requests until interrupted, and say what is heard."""
    place, group = broker(bootstrap_servers, login), login.name if login else "my-university"
    async with (
        AIOKafkaProducer(**place, acks="all", enable_idempotence=True) as producer,
        AIOKafkaConsumer(*HEARS, **place, group_id=group, auto_offset_reset="earliest") as consumer,
    ):
        async for record in consumer:
            heard = json.loads(record.value)
            print(f"heard  {record.topic}: {heard['type']}")
            if record.topic.endswith(".dead"):
                print(json.dumps({key: heard["data"][key] for key in ("reason", "field", "rule", "remedy")}, indent=2))
            for number, (topic, name, data) in enumerate(answers(heard)):
                if rubbish:
                    data.pop("incoming_number", None)
                said = envelope(heard, number, name, data)
                value = json.dumps(said, allow_nan=False).encode()
                await producer.send_and_wait(topic, value, key=record.key, headers=STRUCTURED)
                print(f"said   {topic}: {said['type']}")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    options.add_argument("bootstrap_servers", help="host:port, as `egov status` prints it")
    options.add_argument("--rubbish", action="store_true", help="leave a required field out")
    options.add_argument("--login", type=Path, help="where the broker asks: a file of `egov status`' kafka logins")
    chosen = options.parse_args()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(play(chosen.bootstrap_servers, rubbish=chosen.rubbish, login=chosen.login))


if __name__ == "__main__":
    main()
