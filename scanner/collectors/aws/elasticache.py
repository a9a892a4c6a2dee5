"""Redis and Valkey on Amazon ElastiCache: a replication group, a cluster outside of one, or a serverless cache."""

from __future__ import annotations

from dataclasses import dataclass

from scanner.collectors import Collected, Context
from scanner.collectors.aws import Access, databases, observed


@dataclass(frozen=True)
class ElastiCache(Access):
    """Asks Amazon ElastiCache what it holds for a cache: encryption, users, parameter groups, and what still waits."""

    replication_group: str = ""
    """Id of a replication group."""
    cluster: str = ""
    """Id of a cache cluster, instead of a replication group."""
    serverless_cache: str = ""
    """Name of a serverless cache, instead of both."""

    def __post_init__(self) -> None:
        if sum(map(bool, (self.replication_group, self.cluster, self.serverless_cache))) != 1:
            raise ValueError("needs one of replication_group, cluster and serverless_cache")

    def collect(self, context: Context) -> Collected:
        like, name = "aws_elasticache_replication_group", self.replication_group
        if self.cluster:
            like, name = "aws_elasticache_cluster", self.cluster
        elif self.serverless_cache:
            like, name = "aws_elasticache_serverless_cache", self.serverless_cache
        return observed("elasticache", self, context, lambda book: databases.read(book, like, name))
