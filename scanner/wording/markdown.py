"""Foreign text in Markdown, where it can be neither markup nor a mention, a link, a picture or a tick.

Markdown is the notation of pull request comments, of OSCAL's descriptions and of SARIF's help. Names and values stand
in code spans, which nothing interprets. Sentences are escaped letter by letter, unless they hold what a host turns into
something else *after* the Markdown was read (``@name``, ``#12``, an address, ``:tick:``): then they stand in a code
span as well, because no escape reaches that far.
"""

from __future__ import annotations

import html
import re

from scanner.wording.plain import TEXT_LIMIT, VALUE_LIMIT, plain

_LATE = re.compile(r"@|#\w|\w#|://|www\.|:[\w+-]+:|\$", re.IGNORECASE)
"""What code hosts replace in finished text."""
_MARKUP = re.compile(r"([\\`*_{}\[\]<>#~|&!^]|^[-+=])")
_NUMBERED = re.compile(r"^(\d+)([.)])")


def code(text: str, limit: int = VALUE_LIMIT) -> str:
    """A name or value as a code span; nothing at all is said as ``(empty)``."""
    said = plain(text, limit)
    if not said.strip():
        return "(empty)"
    fence = "`" * (max((len(run) for run in re.findall("`+", said)), default=0) + 1)
    blank = " " if said[0] in "` " or said[-1] in "` " else ""
    return f"{fence}{blank}{said}{blank}{fence}"


def cell(text: str, limit: int = VALUE_LIMIT) -> str:
    """A name or value in a table, where a bar would end the cell even in a code span."""
    if "|" not in text and "\\" not in plain(text, limit):
        return code(text, limit)
    letters = (letter if letter.isalnum() or letter == " " else f"&#{ord(letter)};" for letter in plain(text, limit))
    return f"<code>{''.join(letters)}</code>"


def prose(text: str, limit: int = TEXT_LIMIT) -> str:
    """A sentence that somebody else wrote, as the words that it is."""
    said = plain(text, limit).strip()
    if _LATE.search(html.unescape(said)):
        return code(said, limit)
    return _NUMBERED.sub(r"\1\\\2", _MARKUP.sub(r"\\\1", said))
