"""Secrets never leave: hostile ones are driven through sources, the whole scan, and every writer."""

from __future__ import annotations

import string
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scanner import baselines, catalogue, controls, discover, document, reports, scan
from scanner.model import ScanResult

BASELINES = baselines.load(tuple(baselines.shipped_paths()), catalogue.shipped(), controls.shipped())
SECRETS = st.text(string.ascii_letters + string.digits + "-_.~+/=", min_size=12, max_size=80).map("Zq7".__add__)
"""With a beginning that no shipped text has, so that a word of ours is never taken for a leak."""

TERRAFORM = """
variable "token" {{ default = "{0}" }}
resource "aws_elasticache_replication_group" "this" {{
  replication_group_id = "a"
  auth_token = var.token
}}
resource "aws_ecs_task_definition" "api" {{
  family = "api"
  container_definitions = jsonencode([{{
    name = "api"
    environment = [{{ name = "SECRET_KEY", value = "{0}" }}, {{ name = "LOG_LEVEL", value = "INFO" }}]
  }}])
}}
"""
COMPOSE = """
services:
  api:
    environment:
      SECRET_KEY: "{0}"
      DATABASE_URL: "postgresql://app:{0}@db/orders"
      PAYMENT_API_KEY: "{0}"
      LOG_LEVEL: INFO
"""
CODE = """
from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    SECRET_KEY: str = "{0}"
    LOG_LEVEL: str = "INFO"
"""
REDIS = """
requirepass "{0}"
masterauth "{0}"
user app on >{0} ~* +@read
tls-key-file-pass "{0}"
"""


def write(root: Path, secret: str) -> None:
    files = {
        "infra/main.tf": TERRAFORM,
        "infra/production.tfvars": 'token = "{0}"\n',
        "docker-compose.yaml": COMPOSE,
        "app/settings.py": CODE,
        ".env.production": "SECRET_KEY={0}\nREDIS_URL=redis://:{0}@cache\nLOG_LEVEL=WARNING\nSMTP_PASSWORD='{0}'\n",
        "redis.conf": REDIS,
        "postgresql.conf": "primary_conninfo = 'host=a user=b password={0}'\nssl_passphrase_command = 'echo {0}'\n",
        "bad.tf": 'resource "aws_db_instance" "x" {{ password = "{0}"\n',
        "broken/.env": "SECRET_KEY='{0}\n",
    }
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.format(secret))


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(SECRETS)
def test_no_secret_reaches_a_result_or_a_report(secret: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder), secret)
        project, notices = discover.discover(Path(folder), catalogue.shipped())
        told: list[str] = []
        result = scan.scan(scan.Request(project, BASELINES, notices=notices), catalogue.shipped(), told.append)
    assert {target.component for target in result.targets} == {"fastapi", "postgresql", "redis"}
    writers = [document.to_json(result, ScanResult), repr(result), "\n".join(told)]
    writers += [reports.render(name, result, reports.Options(verbose=True)) for name in reports.paths()]
    for text in writers:
        assert secret not in text
