"""How long Terraform takes to be read: a generated corpus beside ``terraform fmt -check`` on the same files.

    python -m tests.bench.terraform [--files 2000]

The corpus has the shape of real repositories: most blocks have nothing to do with a database, a cache or an
application. CPU seconds, wall seconds and peak memory are printed with their ratio to the peer, and the curve when the
unrelated part doubles. It is a measurement, not a test.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
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
HEAD = """
variable "name" {
  type = string
}
variable "blocks" {
  type    = list(string)
  default = ["10.0.0.0/8"]
}
locals {
  tags = { Environment = var.name, Owner = "platform" }
}
"""
CALL = """
module "database" {
  source     = "../modules/database"
  name       = var.name
  parameters = { "rds.force_ssl" = "1", log_connections = "1" }
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
WORK = """
import json, resource, sys, time
from pathlib import Path
from scanner.catalogue import shipped
from scanner.collectors import Context
from scanner.collectors.terraform import Terraform, survey
root = Path(sys.argv[1])
files = tuple(sorted(path for path in root.rglob("*.tf*") if path.is_file()))
targets = 0
for proposal in survey(root, files, shipped()):
    found = Terraform(**proposal.fields).collect(Context(root, shipped(), None, digest_key=b"k"))
    targets += len(found.targets)
usage = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps([targets, usage.ru_maxrss // 1024]))
"""


class Cost(NamedTuple):
    """What a process cost."""

    cpu: float
    wall: float
    said: str


def corpus(root: Path, roots: int, files: int, blocks: int) -> int:
    """Roots that call one module of a database each, among unrelated files; the number of lines."""
    lines = 0
    (root / "modules" / "database").mkdir(parents=True)
    (root / "modules" / "database" / "main.tf").write_text(MODULE)
    for number in range(roots):
        folder = root / f"stack{number:03}"
        folder.mkdir(parents=True)
        (folder / "main.tf").write_text(HEAD + CALL)
        (folder / "prod.tfvars").write_text(f'name = "stack-{number}"\n')
        for index in range(files):
            text = "".join(UNRELATED.format(n=index * blocks + block) for block in range(blocks))
            (folder / f"network{index}.tf").write_text(text)
            lines += text.count("\n")
    return lines


def run(command: list[str]) -> Cost:
    """Run a command and take its cost."""
    before = os.times()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    after = os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return Cost(cpu, after.elapsed - before.elapsed, done.stdout)


def measure(files: int) -> None:
    """Print one corpus."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        lines = corpus(root, roots=20, files=max(files // 20, 1), blocks=10)
        ours = run([sys.executable, "-c", WORK, name])
        targets, memory = json.loads(ours.said)
        text = (
            f"{files:6} files {lines:8,} lines: {targets} targets, {ours.cpu:.2f} s CPU, {ours.wall:.2f} s, {memory} MB"
        )
        if shutil.which("terraform"):
            peer = run(["terraform", "fmt", "-check", "-recursive", "-list=false", name])
            text += f"; terraform fmt {peer.cpu:.2f} s CPU: ratio {ours.cpu / max(peer.cpu, 0.01):.2f}"
        print(text)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=2_000)
    files = parser.parse_args().files
    for count in (files // 4, files // 2, files):
        measure(count)


if __name__ == "__main__":
    main()
