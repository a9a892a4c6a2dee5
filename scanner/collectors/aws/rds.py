"""PostgreSQL on Amazon RDS: a DB instance and the parameter groups in use. An instance of a cluster is read as such."""

from __future__ import annotations

from dataclasses import dataclass

from scanner.collectors import Collected, Context
from scanner.collectors.aws import Access, databases, observed


@dataclass(frozen=True)
class Rds(Access):
    """Asks Amazon RDS what it holds for a DB instance: its arguments, its parameter groups, and what still waits."""

    instance: str = ""
    """Identifier of the DB instance."""

    def __post_init__(self) -> None:
        if not self.instance:
            raise ValueError("needs instance")

    def collect(self, context: Context) -> Collected:
        return observed("rds", self, context, lambda book: databases.read(book, "aws_db_instance", self.instance))
