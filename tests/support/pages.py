"""What every page that the scanner writes has to keep: one file, no script, nothing from outside, good structure."""

from __future__ import annotations

import base64
import hashlib
import re
from itertools import pairwise

from tests.support.html import parse

LOADING = frozenset({"script", "img", "iframe", "object", "embed", "link", "base", "form", "input", "details"})


def policy_fits(text: str) -> None:
    """The policy allows exactly the style sheet of the file."""
    style = re.search(r"<style>(.*?)</style>", text, re.S)
    assert style
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    policy = next(item for item in parse(text).all("meta") if item.get("http-equiv") == "Content-Security-Policy")
    assert policy.get("content") == (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"
    )


def nothing_is_loaded(text: str, links: str = "#") -> None:
    """Nothing runs, nothing is loaded, and links lead within the file or to what begins with ``links``."""
    page = parse(text)
    for element in page.all():
        assert element.tag not in LOADING
        for name, value in element.attributes.items():
            assert name not in {"style", "src"}
            assert not name.startswith("on")
            assert name != "href" or re.match(links, value or "")
    assert len(page.all("style")) == 1
    assert "@import" not in text
    assert "url(" not in text


def well_formed(text: str) -> None:
    """Every element is closed, every id is there once, every link within the file leads somewhere."""
    page = parse(text)
    assert text.startswith("<!DOCTYPE html>\n")
    assert page.all("html")[0].get("lang") == "en"
    ids = [element.get("id") for element in page.all() if element.get("id")]
    assert len(ids) == len(set(ids))
    for link in page.all("a"):
        target = link.get("href") or ""
        assert not target.startswith("#") or target[1:] in ids


def can_be_listened_to(text: str) -> None:
    """Headings in order, tables with captions and heads, landmarks, a way past the header."""
    page = parse(text)
    levels = [int(item.tag[1]) for item in page.all() if re.fullmatch(r"h[1-6]", item.tag)]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert len(page.all("main")) == 1
    assert page.all("a")[0].get("href") == "#main"
    for table in page.all("table"):
        assert table.all("caption")
        assert all(head.get("scope") in {"col", "row", "rowgroup"} for head in table.all("th"))
        assert all(line.all("th") or "further" in (line.get("class") or "") for line in table.all("tr"))
    for part in page.all("section"):
        heading = part.get("aria-labelledby")
        assert any(item.get("id") == heading for item in part.all("h2"))
