"""Pages that are one file: the style sheet, the security policy that fits it, and templates that cannot be hijacked.

No script, no outside asset, no inline style. Everything foreign is made harmless twice: unprintable characters are
shown escaped, and Jinja escapes markup.
"""

from __future__ import annotations

import base64
import hashlib
import re
from functools import lru_cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from scanner import resources
from scanner.wording.index import together
from scanner.wording.plain import counted, plain, sentence
from scanner.wording.words import day, moment

SHORT = 120
"""Characters of a value in a list."""
POLICY = "default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"


def write(template: str, page: dict[str, Any]) -> str:
    """A template with its page's names, as an HTML document that ends with one line break."""
    style = _style()
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    text = _environment().get_template(template).render(style=style, policy=POLICY.format(digest=digest), **page)
    return text.strip() + "\n"


def _style() -> str:
    path = resources.directory("reports") / "html" / "report.css"
    return "\n" + path.read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(resources.directory("reports") / "html"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_harmless,
    )
    environment.filters.update(counted=counted, day=day, moment=moment, sentence=sentence, together=together)
    environment.filters.update(short=_short, breakable=_breakable)
    return environment


def _short(text: str) -> str:
    """A value in a list whose whole is told elsewhere in the file."""
    return plain(text, SHORT)


def _breakable(text: str) -> Markup:
    """A long name that may be broken after a mark in it rather than anywhere."""
    marked = re.sub(r"([_.:])(?=\w)", r"\1<wbr>", str(escape(plain(text)))).replace("[", "<wbr>[")
    return Markup(marked)  # noqa: S704 - escaped just here


def _harmless(value: object) -> object:
    """Every text that a template prints; markup that Jinja has already escaped passes."""
    return plain(value) if type(value) is str else value
