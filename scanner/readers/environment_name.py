"""Which environment a file speaks for, told by its name or by the directories it lies in.

``.env.production``, ``compose.prod.yml`` and ``deploy/staging/web.yaml`` say it themselves; the words are data of the
catalogue. Templates such as ``.env.example`` speak for no environment at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from scanner.catalogue import Catalogue
from scanner.model import Known
from scanner.readers.environment import Variable, recognised

TEMPLATE = re.compile(r"(^|[._\-])(example|sample|template|tmpl|dist|defaults?)([._\-]|$)", re.IGNORECASE)


def is_template(path: Path) -> bool:
    """Whether the name says that the file is a pattern to copy and never a configuration in use."""
    return bool(TEMPLATE.search(path.name))


def told_by(root: Path, path: Path, catalogue: Catalogue) -> tuple[str, str]:
    """The environment and what told it: the file's own name first, then the nearest directory; empty when neither."""
    for word in re.split(r"[._\-]", path.name):
        if found := catalogue.environment(word):
            return found, f"file name {path.name}"
    try:
        inside = path.parent.absolute().relative_to(root.absolute())
    except ValueError:
        return "", ""
    for part in reversed(inside.parts):
        for word in (part, *re.split(r"[._\-]", part)):
            if found := catalogue.environment(word):
                return found, f"directory {part}"
    return "", ""


def stated_by(
    variables: Iterable[Variable], catalogue: Catalogue, component: str, prefixes: Sequence[str] = ()
) -> tuple[str, str]:
    """The environment that a carrier's own variables state, and where; empty when they do not."""
    for variable in variables:
        setting = recognised(variable.name, catalogue, component, prefixes)
        if setting and setting.name == "ENVIRONMENT" and isinstance(variable.content, Known):
            found = catalogue.environment(str(variable.content.raw).strip())
            if found:
                return found, f"{variable.name} in {variable.locator}"
    return "", ""
