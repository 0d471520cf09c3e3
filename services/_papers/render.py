"""A paper as a page to print: HTML that stands alone, A4, in Kazakh and Russian. No scripts, nothing from outside."""

from functools import cache
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from services._papers import words
from services._papers.facts import Facts, full_name, initials

MEDIA_TYPE: Final = "text/html"
# For whoever sends a document over HTTP: even if a name held markup and escaping failed, nothing of it would run.
HEADERS: Final = {
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
}


def render(facts: Facts) -> str:
    """The whole page. What people wrote (names above all) comes out as text, whatever it holds."""
    template = _environment().get_template(f"{facts.kind}.html.j2")
    return template.render(facts=facts, title=words.TITLES[facts.kind]) + "\n"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("services._papers"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["words"] = words
    environment.filters |= {
        "day_kk": words.day_kk,
        "day_ru": words.day_ru,
        "full_name": full_name,
        "initials": initials,
    }
    return environment
