"""HTML read back into elements, strictly: what is not closed or closed twice is an error."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "wbr", "br", "hr", "link", "img", "input", "base", "embed"}


@dataclass
class Element:
    """One element with what is in it."""

    tag: str
    attributes: dict[str, str | None] = field(default_factory=dict)
    children: list[Element | str] = field(default_factory=list)

    def get(self, name: str) -> str | None:
        """The value of an attribute."""
        return self.attributes.get(name)

    def all(self, tag: str = "") -> list[Element]:
        """Every element within this one, in the order of the document."""
        found: list[Element] = []
        for child in self.children:
            if isinstance(child, Element):
                found += [child] if not tag or child.tag == tag else []
                found += child.all(tag)
        return found

    def with_attribute(self, name: str) -> list[Element]:
        """Every element within this one that has an attribute."""
        return [item for item in self.all() if name in item.attributes]

    def first(self, tag: str, attribute: str) -> Element:
        """The first element of a kind that has an attribute."""
        return next(item for item in self.all(tag) if attribute in item.attributes)

    def text(self) -> str:
        """What a reader sees of it, blanks run together."""
        return " ".join(self._text().replace("\xad", "").split())

    def _text(self) -> str:
        if self.tag == "style":
            return ""
        parts = [child if isinstance(child, str) else child._text() for child in self.children]
        return "".join(parts) + (" " if self.tag in {"td", "th", "div", "li", "dt", "dd", "p", "tr"} else "")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("document")
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len({name for name, _ in attrs}) == len(attrs), (tag, attrs)
        element = Element(tag, dict(attrs))
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1].tag == tag, f"</{tag}> closes <{self.open[-1].tag}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")


def parse(text: str) -> Element:
    """The document as a tree of elements."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    assert [item.tag for item in reader.open] == ["document"], "elements that were never closed"
    return reader.root
