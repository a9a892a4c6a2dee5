"""Servers whose configuration is kept in the repository."""

from __future__ import annotations

import re
from pathlib import Path

from scanner.catalogue import Catalogue
from scanner.collectors import Proposal
from scanner.collectors.postgresql_files.reading import COMPONENT, KIND
from scanner.readers import source_file
from scanner.readers.environment_name import is_template, told_by

_OTHER_NAME = re.compile(r"postgres(?:ql)?[._\-][\w.\-]+\.conf$", re.IGNORECASE)


def survey(root: Path, files: tuple[Path, ...], catalogue: Catalogue) -> list[Proposal]:
    """Directories that hold a ``postgresql.conf`` or a ``pg_hba.conf``: one server each; and configurations that are
    named after an environment."""
    names = {"postgresql.conf": "configuration", "pg_hba.conf": "hba", "postgresql.auto.conf": "auto"}
    places: dict[Path, dict[str, object]] = {}
    found = []
    for path in files:
        if path.name in names:
            places.setdefault(path.parent, {})[names[path.name]] = source_file.place_of(root, path)
        elif _OTHER_NAME.match(path.name) and not is_template(path):
            place, told = source_file.place_of(root, path), told_by(root, path, catalogue)
            if told[1].startswith("file name"):
                found.append(Proposal(KIND, {"configuration": place}, place, COMPONENT, *told))
    for folder, fields in places.items():
        if "configuration" in fields or "hba" in fields:
            first = str(fields.get("configuration") or fields["hba"])
            found.append(Proposal(KIND, fields, first, COMPONENT, *told_by(root, folder / Path(first).name, catalogue)))
    return found
