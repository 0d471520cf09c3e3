"""The samples of what the portal tells are signed, so that who writes a portal of their own can try their reading on them."""

import base64
import json
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import pytest

from contracts.forms import ApplicationForm, CorrectionForm, Form, GrantApplicationForm, WithdrawalForm, application_id
from services._eds import forms

SAMPLES = Path(__file__).resolve().parents[2] / "contracts" / "samples"
FORMS: dict[str, type[Form]] = {
    "application-submitted.v3": ApplicationForm,
    "grant-application-submitted.v2": GrantApplicationForm,
    "application-corrected.v2": CorrectionForm,
    "withdrawal-requested.v2": WithdrawalForm,
}


@pytest.mark.parametrize("name", FORMS)
def test_the_signed_form_of_a_sample_is_of_that_sample(name: str) -> None:
    data = json.loads((SAMPLES / f"kz.egov.portal.{name}.json").read_text())
    part = data["signed"].split(".")[1]
    payload = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    form = forms.read(FORMS[name], payload)
    digest = sha256(payload).hexdigest()

    if "signature" in data:
        assert data["signature"]["digest"] == digest
    if "request" in data:
        assert data["application_id"] == str(application_id(form.moment, digest))


def test_the_id_of_an_application_is_made_of_its_moment_and_its_digest() -> None:
    """As contracts/README.md says it, for other languages."""
    moment = datetime.fromisoformat("2016-02-15T10:05:20+06:00")

    assert str(application_id(moment, "ff" * 32)) == "0152e31a-a400-8fff-bfff-ffffffffffff"
    assert str(application_id(moment, "00" * 32)) == "0152e31a-a400-8000-8000-000000000000"
