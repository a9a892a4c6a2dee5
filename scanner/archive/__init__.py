"""The archive: every kept run with what it was made from, in a chain that anybody can check without this program.

Reading: ``open_archive(path)`` gives an ``Archive`` with ``runs`` (oldest first, those removed by retention included),
``head``, ``find(name)``, ``load(run)``, ``results(since, until)`` (one at a time) and ``previous(project, selection)``.
Writing: ``keep`` enters one run, whole or not at all. ``layout`` tells which file is which.
"""

from scanner.archive.contents import Material
from scanner.archive.keeping import Kept, Seal, keep
from scanner.archive.reading import Archive, Run, open_archive
from scanner.archive.record import Record, Selection

__all__ = ["Archive", "Kept", "Material", "Record", "Run", "Seal", "Selection", "keep", "open_archive"]
