"""Trees to XML text. Characters that XML cannot hold are shown escaped, never written and never an error."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element, SubElement, indent, tostring

_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def legal(text: str) -> str:
    """``text`` without what XML 1.0 forbids: control characters, surrogates and two that are no characters."""
    return _ILLEGAL.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)


def element(tag: str, text: str = "", /, **attributes: str) -> Element:
    """The root of a document. An underscore before an attribute's name stands for a word that Python keeps."""
    found = Element(tag, {name.lstrip("_"): legal(value) for name, value in attributes.items()})
    found.text = legal(text) or None
    return found


def child(parent: Element, tag: str, text: str = "", /, **attributes: str) -> Element:
    """An element at the end of another."""
    found = SubElement(parent, tag, {name.lstrip("_"): legal(value) for name, value in attributes.items()})
    found.text = legal(text) or None
    return found


def to_xml(root: Element) -> str:
    """The document with its declaration, indented, ended by one line break."""
    indent(root, " ")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(root, encoding="unicode")}\n'
