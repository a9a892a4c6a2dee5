"""Aurora PostgreSQL and Multi-AZ DB clusters: the cluster, its instances, and the parameter groups of both."""

from __future__ import annotations

from dataclasses import dataclass

from scanner.collectors import Collected, Context
from scanner.collectors.aws import Access, databases, observed


@dataclass(frozen=True)
class Aurora(Access):
    """Asks Amazon RDS what it holds for a DB cluster and each of its instances, and what still waits."""

    cluster: str = ""
    """Identifier of the DB cluster."""

    def __post_init__(self) -> None:
        if not self.cluster:
            raise ValueError("needs cluster")

    def collect(self, context: Context) -> Collected:
        return observed("aurora", self, context, lambda book: databases.read(book, "aws_rds_cluster", self.cluster))
