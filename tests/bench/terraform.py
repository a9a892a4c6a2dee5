"""How long Terraform takes to be read: a generated corpus beside ``terraform fmt -check`` on the same files.

    python -m tests.bench.terraform [--services 200] [--corpus DIR]

The corpus has the shape of real repositories: services with three environments that call modules of a database, a
cache and an application, among blocks that have nothing to do with them (nine lines of ten). What is timed is the
command itself, ``scanner check``, in a process of its own: start, search, evaluation of all modules, judging, report;
first without and then with what the cache kept. ``--corpus`` measures a directory of real repositories instead, twice,
and says how busy the machine was. It is a measurement, not a test.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

UNRELATED = """
resource "aws_security_group_rule" "r{n}" {{
  type        = "ingress"
  description = "rule {n} of ${{var.name}}"
  from_port   = {n}
  cidr_blocks = [for block in var.blocks : cidrsubnet(block, 8, {n}) if block != ""]
  tags        = merge(local.tags, {{ Name = "r-{n}", Team = lower("Platform") }})
}}
"""
ROOT = """
terraform {
  backend "s3" {}
}
variable "name" {
  type = string
}
variable "parameters" {
  type    = map(string)
  default = {}
}
locals {
  tags = { Environment = var.name, Owner = "platform" }
}
module "database" {
  source     = "../../modules/database"
  name       = var.name
  parameters = merge({ "rds.force_ssl" = "1" }, var.parameters)
}
module "cache" {
  source = "../../modules/cache"
  name   = "${var.name}-cache"
}
module "app" {
  source  = "../../modules/app"
  name    = var.name
  origins = ["https://${var.name}.example.com"]
}
module "network" {
  source = "../../modules/network"
  name   = var.name
}
"""
VALUES = 'name = "service-{service}-{environment}"\nparameters = {{ log_connections = "1" }}\n'
CACHE = """
variable "name" {
  type = string
}
resource "aws_elasticache_replication_group" "c" {
  replication_group_id       = var.name
  description                = "cache of ${var.name}"
  engine                     = "redis"
  engine_version             = "7.1"
  transit_encryption_enabled = true
  at_rest_encryption_enabled = true
  num_cache_clusters         = 2
}
"""
APP = """
variable "name" {
  type = string
}
variable "origins" {
  type = list(string)
}
resource "aws_ecs_task_definition" "a" {
  family = var.name
  container_definitions = jsonencode([{
    name        = var.name
    image       = "registry.example.com/${var.name}:latest"
    environment = [for key, value in { CORS_ORIGINS = join(",", var.origins), DEBUG = "false" } : {
      name  = key
      value = value
    }]
  }])
}
"""
MODULE = """
variable "name" {
  type = string
}
variable "parameters" {
  type = map(string)
}
resource "aws_db_parameter_group" "g" {
  name_prefix = var.name
  family      = "postgres16"
  dynamic "parameter" {
    for_each = var.parameters
    content {
      name  = parameter.key
      value = parameter.value
    }
  }
}
resource "aws_db_instance" "d" {
  identifier           = "${var.name}-db"
  engine               = "postgres"
  engine_version       = "16.4"
  storage_encrypted    = true
  parameter_group_name = aws_db_parameter_group.g.name
}
"""
UNRELATED_FILES = 40
BLOCKS = 14


class Cost(NamedTuple):
    """What a process cost."""

    cpu: float
    wall: float
    memory: int
    """Megabytes at the peak."""


def corpus(root: Path, services: int, unrelated: int = UNRELATED_FILES) -> tuple[int, int]:
    """Services of three environments each, among unrelated files; how many files and lines."""
    for number in range(services):
        service = root / f"service{number:03}"
        for name, text in (("database", MODULE), ("cache", CACHE), ("app", APP), ("network", 'variable "name" {}\n')):
            write(service / "modules" / name / "main.tf", text)
        for environment in ("dev", "staging", "production"):
            write(service / "environments" / environment / "main.tf", ROOT)
            values = VALUES.format(service=number, environment=environment)
            write(service / "environments" / environment / "terraform.tfvars", values)
        for index in range(unrelated):
            text = "".join(UNRELATED.format(n=number + index * BLOCKS + block) for block in range(BLOCKS))
            write(service / "modules" / ("network" if index % 2 else "firewall") / f"rules{index}.tf", text)
    return counted(root, "*.tf*")


def counted(root: Path, pattern: str) -> tuple[int, int]:
    """How many files and lines a directory holds."""
    files = [path for path in root.rglob(pattern) if path.is_file()]
    return len(files), sum(path.read_bytes().count(b"\n") for path in files)


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def run(command: list[str], cache: str = "") -> Cost:
    """Run a command and take its cost."""
    null = os.open(os.devnull, os.O_WRONLY)
    environment = {**os.environ, "SCANNER_CACHE_DIR": cache}
    start = os.times().elapsed
    actions = [(os.POSIX_SPAWN_DUP2, null, 1), (os.POSIX_SPAWN_DUP2, null, 2)]
    child = os.posix_spawnp(command[0], command, environment, file_actions=actions)
    _, _, usage = os.wait4(child, 0)
    os.close(null)
    return Cost(usage.ru_utime + usage.ru_stime, os.times().elapsed - start, usage.ru_maxrss // 1024)


def told(cost: Cost, peers: dict[str, Cost]) -> str:
    text = f"{cost.cpu:7.2f} s CPU {cost.wall:7.2f} s {cost.memory:4} MB"
    return text + "".join(f"  {cost.cpu / max(peer.cpu, 0.01):6.3f} x {name}" for name, peer in peers.items())


def measure(services: int, unrelated: int = UNRELATED_FILES, checkov: bool = False) -> None:
    """Print what one generated corpus costs, cold and warm, and what its peers take."""
    with tempfile.TemporaryDirectory() as name:
        files, lines = corpus(Path(name), services, unrelated)
        print(f"{files:6} files {lines:8,} lines")
        compare(name, checkov)


def measure_real(directory: Path) -> None:
    """Print what a directory of real repositories costs, twice, since identical runs differ."""
    files, lines = counted(directory, "*.tf")
    print(f"{files:6} files {lines:8,} lines")
    for _ in range(2):
        print(f"  load {' '.join(f'{part:.1f}' for part in os.getloadavg())}")
        compare(str(directory))


def compare(name: str, checkov: bool = False) -> None:
    """Print what a directory costs without a cache, cold and warm, beside its peers."""
    scan = [sys.executable, "-m", "scanner", "check", "--exit-zero", "--quiet"]
    peers = {}
    if shutil.which("terraform"):
        peers["terraform fmt"] = run(["terraform", "fmt", "-check", "-recursive", "-list=false", name])
    if checkov and shutil.which("checkov"):
        peers["checkov"] = run(["checkov", "--directory", name, "--framework", "terraform", "--quiet", "--compact"])
    for peer, cost in peers.items():
        print(f"  {peer:14}{told(cost, {})}")
    with tempfile.TemporaryDirectory() as cache:
        Path(cache).chmod(0o700)
        print(f"  {'no cache':14}{told(run([*scan, '--no-cache', name]), peers)}")
        print(f"  {'cold':14}{told(run([*scan, name], cache), peers)}")
        print(f"  {'warm':14}{told(run([*scan, name], cache), peers)}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--services", type=int, default=200)
    parser.add_argument("--corpus", type=Path, help="a directory of real repositories to measure instead")
    given = parser.parse_args()
    services = given.services
    if given.corpus:
        measure_real(given.corpus)
        return
    print("a repository of 200 files")
    measure(4, checkov=True)
    print("the large corpus")
    measure(services)
    print("the same services among twice as many unrelated files each time")
    for unrelated in (UNRELATED_FILES // 4, UNRELATED_FILES // 2, UNRELATED_FILES, UNRELATED_FILES * 2):
        measure(max(services // 10, 1), unrelated)


if __name__ == "__main__":
    main()
