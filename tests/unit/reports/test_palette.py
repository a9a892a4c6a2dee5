"""Every text of the HTML report has a contrast of 4.5 to 1 on every ground it stands on, light and dark."""

from __future__ import annotations

import re

import pytest

from scanner import resources

SHEET = (resources.directory("reports") / "html" / "report.css").read_text(encoding="utf-8")
GROUNDS = ("paper", "panel")
LINES = ("line",)


def palettes() -> dict[str, dict[str, str]]:
    """The colours by name, of the light scheme and of the dark one laid over it."""
    blocks = [
        dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6});", block))
        for block in re.findall(r":root \{(.*?)\}", SHEET, re.S)
    ]
    assert len(blocks) == 2
    return {"light": blocks[0], "dark": {**blocks[0], **blocks[1]}}


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2 defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_ratio_is_computed_as_defined() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_colour_can_be_read_on_every_ground(scheme: str) -> None:
    colours = palettes()[scheme]
    texts = set(colours) - set(GROUNDS) - set(LINES)
    assert len(texts) >= 9
    for text in texts:
        for ground in GROUNDS:
            assert contrast(colours[text], colours[ground]) >= 4.5, (scheme, text, ground)


def test_the_dark_scheme_changes_every_colour_and_paper_is_always_light_in_print() -> None:
    light, dark = palettes().values()
    assert all(light[name] != dark[name] for name in light)
    assert "@media screen and (prefers-color-scheme: dark)" in SHEET
    assert SHEET.count("prefers-color-scheme") == 1


def test_no_rule_uses_a_colour_from_outside_the_palette_but_the_page_number() -> None:
    rules = re.sub(r":root \{.*?\}", "", SHEET, flags=re.S)
    loose = set(re.findall(r"#[0-9a-f]{3,8}\b|\brgb\(|\bhsl\(", rules))
    assert loose == {palettes()["light"]["soft"]}
    for value in re.findall(r"(?<![\w-])(?:color|background|border-color):\s*([^;]+);", rules):
        assert value.startswith(("var(--", "inherit", "currentColor", "#545d69")), value


def test_every_variable_that_is_used_is_defined() -> None:
    used = set(re.findall(r"var\(--([\w-]+)\)", SHEET))
    assert used <= set(palettes()["light"])


def test_nothing_but_the_skip_link_is_hidden_in_print_and_nothing_is_folded() -> None:
    printed = SHEET[SHEET.index("@media print {\n  @page") :]
    assert re.findall(r"([^\s{}][^{}]*)\{[^}]*display: none", printed) == [".skip "]
    assert "display: none" not in SHEET[: SHEET.index("@media print {\n  @page")]
    assert "overflow: hidden" not in printed
    assert "details" not in SHEET
