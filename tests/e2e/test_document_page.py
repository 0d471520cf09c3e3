"""The documents in a real browser, where there is one."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Final

import pytest
from pypdf import PdfReader

from law.specialties import load_specialties
from law.universities import load_universities
from services._papers import facts as f
from services._papers.__main__ import pages
from services._papers.render import render
from services._papers.samples import samples

BROWSER: Final = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
WITHIN_SECONDS: Final = 60
_ASKED: Final = """<body><pre id=said></pre><script>
for (const [name, source] of Object.entries({pages})) {{
  const page = document.createElement("iframe");
  page.sandbox = "allow-same-origin";
  page.style = "width:{width}px;height:900px;border:0";
  page.onload = () => {{
    const root = page.contentDocument.documentElement;
    const fits = root.scrollWidth <= root.clientWidth && root.innerText.length > 200;
    document.getElementById("said").textContent += `${{name}}=${{fits}} `;
  }};
  page.srcdoc = source;
  document.body.append(page);
}}
</script>"""

pytestmark = pytest.mark.skipif(BROWSER is None, reason="no Chromium on this machine: install one to look at the pages")


def browser(profile: Path, *arguments: str) -> str:
    assert BROWSER
    command = [BROWSER, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={profile}", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=WITHIN_SECONDS, check=False)  # noqa: S603 - fixed arguments
    return done.stdout


@pytest.mark.parametrize("width", [375, 1100])
def test_every_document_fits_a_phone_and_a_desk_without_scrolling_sideways(width: int, tmp_path: Path) -> None:
    asking = tmp_path / "asking.html"
    sources = json.dumps(pages()).replace("</", "<\\/")
    asking.write_text(_ASKED.format(width=width, pages=sources), encoding="utf-8")
    dom = browser(tmp_path / "profile", "--virtual-time-budget=5000", "--dump-dom", asking.as_uri())
    said = re.search(r'<pre id="said">(.*?)</pre>', dom)

    assert said
    assert sorted(said[1].split()) == [f"{name}=true" for name in sorted(pages())]


def longest() -> f.ParticipationFacts:
    """The fullest certificate of participation: four choices of the longest names."""
    taught = sorted(load_specialties().values(), key=lambda each: len(each.name.kk), reverse=True)
    where = sorted(load_universities().values(), key=lambda each: len(each.name.kk), reverse=True)
    [sample] = [each for each in samples() if isinstance(each, f.ParticipationFacts)]
    choices = tuple(
        f.ChosenSpecialty(
            specialty=f.Named(code=specialty.code, name=specialty.name),
            university=f.Named(code=university.code, name=university.name),
        )
        for specialty, university in zip(taught[:4], where, strict=False)
    )
    return sample.model_copy(update={"choices": choices, "issuer": where[0].name})


def test_every_sample_and_the_fullest_certificate_are_printed_on_one_page(tmp_path: Path) -> None:
    sheets = {**pages(), "longest.html": render(longest())}
    found = {}
    for name, source in sheets.items():
        page, printed = tmp_path / name, tmp_path / f"{name}.pdf"
        page.write_text(source, encoding="utf-8")
        browser(tmp_path / "profile", "--no-pdf-header-footer", f"--print-to-pdf={printed}", page.as_uri())
        found[name] = [[round(float(each)) for each in sheet.mediabox[2:]] for sheet in PdfReader(printed).pages]

    assert found == {name: [[595, 842]] for name in sheets}  # A4, in points
