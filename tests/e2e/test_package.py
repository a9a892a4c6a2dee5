"""The wheel that is built from the source distribution works from another folder and ships all of its data."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

from scanner import resources

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = ("baselines", "reports", "examples")
HEAVY = ("boto3", "botocore", "psycopg", "redis", "hcl2", "lark", "jinja2", "pydantic", "yaml")
NOT_SHIPPED = ("__pycache__", ".pyc", ".DS_Store")


def run(*arguments: str | Path, cwd: Path, **more: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(
        [str(word) for word in arguments],
        cwd=cwd,
        env={**kept, **more},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    return done


def data_of_checkout() -> dict[str, str]:
    """Every data file that git knows or would take, with its digest."""
    said = run("git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *SHIPPED, cwd=ROOT).stdout
    names = [name for name in said.splitlines() if (ROOT / name).is_file() and not name.endswith(NOT_SHIPPED)]
    return {name: hashlib.sha256((ROOT / name).read_bytes()).hexdigest() for name in names}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory with the sdist and the wheel that was built out of it."""
    place = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", place, ROOT, cwd=place)
    return place


@pytest.fixture(scope="module")
def installed(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of a clean environment with the wheel, and with our own packages for its dependencies."""
    place = tmp_path_factory.mktemp("clean")
    venv.create(place, with_pip=False, symlinks=True)
    python = place / "bin" / "python"
    wheel = next(built.glob("*.whl"))
    run(sys.executable, "-m", "pip", "--python", python, "install", "--no-deps", "--no-index", wheel, cwd=place)
    site = Path(run(python, "-c", "import site; print(site.getsitepackages()[0])", cwd=place).stdout.strip())
    ours = {path for path in map(Path, sys.path) if path.name in {"site-packages", "dist-packages"}}
    # Behind its own packages, and without the checkout that an editable installation would put in its way.
    (site / "dependencies.pth").write_text("\n".join(str(path) for path in sorted(ours)))
    return python


def test_the_source_distribution_holds_what_a_build_needs_and_no_rubbish(built: Path) -> None:
    with tarfile.open(next(built.glob("*.tar.gz"))) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"pyproject.toml", "README.md", "LICENSE", "scanner/cli/__init__.py", "Makefile"} <= names
    assert not [name for name in names if name.startswith((".venv", "dist", ".git/")) or name.endswith(NOT_SHIPPED)]


def test_the_wheel_ships_every_data_file_as_it_stands_in_the_checkout(built: Path) -> None:
    prefix = "scanner/_data/"
    with zipfile.ZipFile(next(built.glob("*.whl"))) as archive:
        shipped = {
            name.removeprefix(prefix): hashlib.sha256(archive.read(name)).hexdigest()
            for name in archive.namelist()
            if name.startswith(prefix) and not name.endswith("/")
        }
    assert shipped == data_of_checkout()
    assert any(name.endswith(".env.production") for name in shipped)


def test_the_wheel_holds_every_module(built: Path) -> None:
    with zipfile.ZipFile(next(built.glob("*.whl"))) as archive:
        modules = {name for name in archive.namelist() if name.endswith(".py") and "/_data/" not in name}
    there = {str(path.relative_to(ROOT)) for path in (ROOT / "scanner").rglob("*.py") if "_data" not in path.parts}
    assert modules == there


def test_it_runs_from_another_folder_with_its_own_data(installed: Path, tmp_path: Path) -> None:
    where = run(installed, "-c", "from scanner import resources as r; print(r.directory('baselines'))", cwd=tmp_path)
    assert where.stdout.strip().endswith("scanner/_data/baselines")
    assert str(ROOT) not in where.stdout
    listed = run(installed, "-m", "scanner", "baseline", "list", cwd=tmp_path).stdout
    for path in resources.files("baselines/secure", ".yaml"):
        assert path.stem in listed


def test_its_command_is_installed(installed: Path, tmp_path: Path) -> None:
    assert "drift" in run(installed.parent / "scanner", "--help", cwd=tmp_path).stdout


def test_the_shipped_example_can_be_checked(installed: Path, tmp_path: Path) -> None:
    code = (
        "import sys; from scanner import resources; from scanner.cli import run; "
        "sys.exit(0 if run(['check', str(resources.directory('examples') / 'ghostquant'), '--quiet']) == 1 else 1)"
    )
    run(installed, "-c", code, cwd=tmp_path)


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["demo", "--help"]])
def test_help_imports_no_driver_no_parser_and_no_template_engine(arguments: list[str], tmp_path: Path) -> None:
    code = (
        "import sys; from scanner.cli import run; code = run(sys.argv[1:]); "
        "print('loaded:', *sorted(m for m in sys.modules if '.' not in m)); sys.exit(code)"
    )
    done = run(sys.executable, "-c", code, *arguments, cwd=tmp_path, PYTHONPATH=str(ROOT))
    loaded = set(done.stdout.partition("loaded:")[2].split())
    assert "click" in loaded
    assert not loaded & set(HEAVY)
