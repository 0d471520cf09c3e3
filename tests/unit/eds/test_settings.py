"""Esuvo and the university do not start without somebody to judge signatures by, unless they are told to do without."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from services._eds.signed import UNCHECKED, Unsigned
from services.esuvo import settings as esuvo
from services.university_is import settings as university
from tests.support.papers import DOCUMENT_SECRET

SERVICES = pytest.mark.parametrize("settings", [esuvo.Settings, university.Settings], ids=["esuvo", "university_is"])
Kind = type[esuvo.Settings] | type[university.Settings]


def _read(settings: Kind, **more: object) -> esuvo.Settings | university.Settings:
    known: dict[str, object] = {
        "database_url": SecretStr("postgresql://unused"),
        "document_secret": DOCUMENT_SECRET,
        **more,
    }
    return settings.model_validate(known)


@SERVICES
def test_without_an_authority_a_service_does_not_start(settings: Kind) -> None:
    with pytest.raises(SystemExit, match=r"TRUST_ANCHOR: name the authority's certificate"):
        _read(settings).signed_forms()


@SERVICES
def test_a_file_that_is_no_certificate_is_named(settings: Kind, tmp_path: Path) -> None:
    rubbish = tmp_path / "nca.pem"
    rubbish.write_text("rubbish")

    with pytest.raises(SystemExit, match=r"nca\.pem"):
        _read(settings, trust_anchor=rubbish).signed_forms()


@SERVICES
def test_who_is_told_to_accept_what_is_unsigned_needs_no_authority(settings: Kind) -> None:
    forms = _read(settings, unsigned=Unsigned.ACCEPTED).signed_forms()

    assert vars(forms) == vars(UNCHECKED)


@SERVICES
def test_the_environment_says_so(settings: Kind, monkeypatch: pytest.MonkeyPatch) -> None:
    prefix = str(settings.model_config["env_prefix"])
    monkeypatch.setenv(f"{prefix}UNSIGNED", "accepted")
    monkeypatch.setenv(f"{prefix}TRUST_ANCHOR", "/somewhere/nca.pem")

    read = _read(settings)
    assert (read.unsigned, read.trust_anchor) == (Unsigned.ACCEPTED, Path("/somewhere/nca.pem"))
