"""What is kept of shipped data changes no result: not when it is old, damaged, foreign, or of other code."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest

from scanner import baselines, bindings, catalogue, controls, kept, resources
from scanner.catalogue import Catalogue
from scanner.model import Setting


@pytest.fixture
def where(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A cache directory, with nothing of it remembered by this process before or after."""
    place = tmp_path / "cache"
    monkeypatch.setenv(kept.VARIABLE, str(place))
    _forget()
    yield place
    _forget()


def _forget() -> None:
    for module in (catalogue, bindings, controls):
        module.shipped.cache_clear()


def _everything() -> tuple[object, ...]:
    _forget()
    return (
        catalogue.shipped(),
        bindings.shipped(),
        controls.shipped(),
        baselines.shipped(),
        baselines.shipped("records"),
    )


def spelled(value: object) -> str:
    """A value with the types of all its parts, which ``==`` does not tell apart; sets in one order."""
    name = type(value).__name__
    if isinstance(value, frozenset | set):
        return f"{name}{sorted(spelled(item) for item in value)}"
    if isinstance(value, Mapping):
        return f"{name}{[(spelled(key), spelled(item)) for key, item in value.items()]}"
    if isinstance(value, list | tuple):
        return f"{name}{[spelled(item) for item in value]}"
    if is_dataclass(value):
        return f"{name}{[(item.name, spelled(getattr(value, item.name))) for item in fields(value)]}"
    return f"{name}:{value!r}"


def test_what_is_kept_is_what_the_files_say(where: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(kept.VARIABLE, "")
    read = _everything()
    monkeypatch.setenv(kept.VARIABLE, str(where))
    first, second = _everything(), _everything()
    assert read == first == second
    assert spelled(read) == spelled(second)
    assert len(list(where.glob("shipped-*.json"))) == 5


def test_what_is_kept_is_used_and_nobody_else_can_write_it(where: Path) -> None:
    _everything()
    assert {path.stat().st_mode & 0o777 for path in where.iterdir()} == {0o600}
    assert where.stat().st_mode & 0o777 == 0o700
    assert kept.shipped("bindings", kept.nouns("scanner.bindings"), lambda: pytest.fail("read again"))


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: b"",
        lambda content: content[:-1],
        lambda content: content.replace(b"postgresql", b"postgresqx", 1),
        lambda content: content.partition(b"\n")[0] + b"\n[]",
        lambda content: b"0" * 64 + b"\n" + content.partition(b"\n")[2],
    ],
)
def test_a_damaged_or_forged_file_is_made_anew(where: Path, damage: object) -> None:
    whole = _everything()
    for path in where.glob("shipped-*.json"):
        path.write_bytes(damage(path.read_bytes()))  # type: ignore[operator]
    assert _everything() == whole


def test_a_file_that_others_may_write_to_is_not_read(where: Path) -> None:
    key, kinds = kept.version(), [Catalogue, Setting]
    assert kept.shipped("x", kinds, lambda: ("mine",)) == ("mine",)
    file = where / "shipped-x.json"
    body = json.dumps(["tuple", "theirs"]).encode()
    file.write_bytes(kept._check(body, key) + b"\n" + body)
    assert kept.shipped("x", kinds, lambda: ("mine",)) == ("theirs",)
    file.chmod(0o666)
    assert kept.shipped("x", kinds, lambda: ("mine",)) == ("mine",)


def test_other_files_or_other_code_make_it_anew(where: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert kept.shipped("x", [], lambda: "old") == "old"
    monkeypatch.setattr(kept, "version", lambda: b"another")
    assert kept.shipped("x", [], lambda: "new") == "new"


def test_the_version_follows_every_shipped_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "rule.yaml"
    seen = set()
    monkeypatch.setattr(kept, "sources", lambda: [file])
    for text in ("a: 1\n", "a: 2\n", "a: 1 \n"):
        file.write_text(text)
        kept.version.cache_clear()
        seen.add(kept.version())
    kept.version.cache_clear()
    assert len(seen) == 3


def test_only_nouns_that_are_named_are_made(where: Path) -> None:
    assert kept.shipped("x", [Setting], lambda: (Setting("a", "b", "string"),)) == (Setting("a", "b", "string"),)
    assert kept.shipped("x", [], lambda: ()) == ()


def test_it_can_be_switched_off(where: Path) -> None:
    kept.use(wanted=False)
    try:
        _everything()
    finally:
        kept.use(wanted=True)
    assert not where.exists()


def test_the_key_covers_all_code_that_makes_nouns_of_shipped_files() -> None:
    load = (
        "import sys; from scanner import baselines, bindings, catalogue, controls;"
        "catalogue.shipped(); bindings.shipped(); controls.shipped(); [baselines.shipped(x) for x in sys.argv[1:]];"
        "print(*(m.__file__ for n, m in sys.modules.items() if n.startswith('scanner') and m.__file__))"
    )
    done = subprocess.run([sys.executable, "-c", load, "secure", "records"], capture_output=True, text=True, check=True)
    taken = {Path(name) for name in done.stdout.split()}
    harmless = {resources.PACKAGE / "readers" / "__init__.py"}
    assert taken - harmless <= set(kept.sources())


def test_a_check_of_terraform_loads_no_driver_parser_template_engine_or_archive(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "main.tf").write_text('resource "aws_db_instance" "d" {\n  engine = "postgres"\n}\n')
    look = (
        "import os, sys; from scanner.cli import run; run(['check', sys.argv[1], '--quiet']);"
        "print('loaded', *sorted(sys.modules))"
    )
    command = [sys.executable, "-c", look, str(tmp_path / "x")]
    environment = {"PATH": "", kept.VARIABLE: str(tmp_path / "cache"), "PYTHONPATH": str(resources.PACKAGE.parent)}
    for warm in (False, True):
        done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
        loaded = set(done.stdout.rpartition("loaded ")[2].split())
        assert "scanner.collectors.terraform.reading" in loaded
        never = {"boto3", "psycopg", "redis", "hcl2", "lark", "jinja2", "scanner.archive", "scanner.collectors.aws"}
        never |= {"pydantic", "yaml"} if warm else set()
        assert never & loaded == set()
