"""XML text: whatever is put in, a reader takes it and finds the same elements."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.document.xml_text import child, element, legal, to_xml

ANY = st.text(st.characters(exclude_categories=()), max_size=30)


@given(ANY, ANY)
def test_any_text_and_attribute_is_read_again(text: str, attribute: str) -> None:
    root = element("root", name=attribute)
    child(root, "leaf", text, name=attribute)
    document = to_xml(root)
    assert document.endswith("</root>\n")
    read = ElementTree.fromstring(document.encode("utf-8"))
    assert [item.tag for item in read.iter()] == ["root", "leaf"]
    if text.isprintable() and text:
        assert read[0].text == text
    if attribute.isprintable():
        assert (read.get("name"), read[0].get("name")) == (attribute, attribute)


@pytest.mark.parametrize(
    ("text", "said"),
    [("a\x00b", r"a\x00b"), ("\ud800", r"\ud800"), ("\ufffe", r"\ufffe"), ("a\tb\n", "a\tb\n"), ("é😀", "é😀")],
)
def test_what_xml_forbids_is_shown_escaped(text: str, said: str) -> None:
    assert legal(text) == said
