"""Redis and Valkey on Amazon MemoryDB: a cluster, the users of its ACL, and its parameter group."""

from __future__ import annotations

from dataclasses import dataclass

from scanner.collectors import Collected, Context
from scanner.collectors.aws import Access, databases, observed


@dataclass(frozen=True)
class MemoryDB(Access):
    """Asks Amazon MemoryDB what it holds for a cluster: encryption, the users of its ACL, parameters, what waits."""

    cluster: str = ""
    """Name of the cluster."""

    def __post_init__(self) -> None:
        if not self.cluster:
            raise ValueError("needs cluster")

    def collect(self, context: Context) -> Collected:
        like = "aws_memorydb_cluster"
        return observed("memorydb", self, context, lambda book: databases.read(book, like, self.cluster))
