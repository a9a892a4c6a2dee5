"""Every shipped rule for applications, on a real application: it fails on the weak form, its printed fix is applied
and closes it, and where its evidence is hidden it is unknown."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from scanner import baselines, controls, project, scan
from scanner.catalogue import shipped
from scanner.demo.servers import application as application_server
from scanner.demo.servers import processes
from scanner.demo.servers.certificates import Certificates
from scanner.model import Finding, Verdict
from tests.support import shop

pytestmark = pytest.mark.live

BASELINES = tuple(
    item
    for item in baselines.load(baselines.shipped_paths(), shipped(), controls.shipped())
    if item.component == "fastapi"
)
RULES = {rule.id: rule for baseline in BASELINES for rule in baseline.rules}
COMPARING = sorted(rule.id for rule in RULES.values() if rule.compare)
PEOPLE = {"fastapi-certificate-two-weeks-left", "fastapi-trace-refused"}
"""Rules whose fix is a step for people: another certificate, another route. The test does what the text says."""
ELSEWHERE = {
    "fastapi-no-secret-in-dotenv",
    "fastapi-no-secret-in-deployment",
    "fastapi-certificate-for-this-host",
    "fastapi-https-tls-1.2",
    *COMPARING,
}
"""Rules that need sources of their own; each has its own test below."""
ON_AWS = {
    "fastapi-no-secret-in-parameter-store",
    "fastapi-stored-secrets-changed-each-quarter",
    "fastapi-stored-secrets-rotated-by-the-store",
}
"""Rules on secret stores, which tests/unit/collectors/aws/test_secretsmanager.py proves against an emulator."""
TOGETHER = sorted(RULES.keys() - ELSEWHERE - ON_AWS)

Round = Mapping[str, Finding]


def judged(root: Path, targets: str, live: bool = True, timeout: float = 5.0) -> dict[str, list[Finding]]:
    """The findings of a project in that directory, by rule."""
    (root / "scanner.yaml").write_text(
        f'project: shop\nparameters: {{allowed_origins: ["https://ghostquant.com"]}}\ntargets:\n{targets}'
    )
    request = scan.Request(project.load(root / "scanner.yaml", shipped()), BASELINES, live=live, timeout=timeout)
    found: dict[str, list[Finding]] = {}
    for finding in scan.scan(request, shipped()).findings:
        found.setdefault(finding.rule, []).append(finding)
    return found


def target(sources: str, name: str = "shop", environment: str = "production") -> str:
    return f"  - {{id: {name}, component: fastapi, environment: {environment}, sources: [{sources}]}}\n"


def sources(url: str, plain: int) -> str:
    http = f"{{http: {{url: '{url}', path: /orders, cookie_path: /session, http_port: {plain}}}}}"
    return "{pydantic_settings: {path: app}}, {dotenv: {path: .env}}, {exported_settings: {path: export.json}}, " + http


def one_round(root: Path, variables: Mapping[str, str], certificates: Certificates, certificate: str) -> Round:
    """Start the application in that directory over https and http, and judge it with all its sources."""
    shop.write_variables(root / ".env", variables)
    shop.export(root, variables)
    common = {"environment": variables, "project": root, "ready_path": "/orders"}
    with (
        application_server.application(root / "https", tls=certificates, certificate=certificate, **common) as https,  # type: ignore[arg-type]
        application_server.application(root / "http", **common) as http,  # type: ignore[arg-type]
    ):
        found = judged(root, target(sources(https.url, http.port)))
    return {rule: items[0] for rule, items in found.items()}


@pytest.fixture(scope="module")
def weak(tmp_path_factory: pytest.TempPathFactory, certificates: Certificates) -> Round:
    """The application as it is often found."""
    root = tmp_path_factory.mktemp("weak")
    shop.write_source(root)
    return one_round(root, shop.WEAK, certificates, "nine_days_left")


@pytest.fixture(scope="module")
def fixed(tmp_path_factory: pytest.TempPathFactory, weak: Round, certificates: Certificates) -> Round:
    """The same application after the printed fix of every rule that failed, restarted."""
    root = tmp_path_factory.mktemp("fixed")
    failed = [RULES[name] for name, finding in weak.items() if finding.verdict is Verdict.FAIL]
    printed = [dict(rule.fix) for rule in failed]
    application = [fix["application"] for fix in printed if "application" in fix]
    main = shop.apply_application(shop.MAIN, application).replace("methods=['TRACE']", "methods=['POST']")
    settings = shop.apply_application(shop.SETTINGS, application)
    shop.write_source(root, settings, main)
    environment_fixes = [fix["env"] for fix in printed if "env" in fix]
    environment_fixes.sort(key=lambda fix: "python -c" in fix)
    variables = shop.apply_env(shop.WEAK, environment_fixes)
    variables["ALLOWED_HOSTS"] = '["ghostquant.com", "127.0.0.1"]'
    return one_round(root, variables, certificates, "good")


@pytest.fixture(scope="module")
def hidden(tmp_path_factory: pytest.TempPathFactory) -> Round:
    """Nothing can be seen: values come from elsewhere, the code cannot be parsed, nobody listens."""
    root = tmp_path_factory.mktemp("hidden")
    shop.write_source(root, settings="class Settings(BaseSettings:\n", main="")
    shop.write_variables(root / ".env", {name: f"${{DEPLOYED_{name}}}" for name in shop.WEAK})
    port = processes.free_port()
    found = judged(root, target(sources(f"https://127.0.0.1:{port}", 0)), timeout=2)
    return {rule: items[0] for rule, items in found.items()}


@pytest.mark.parametrize("rule", TOGETHER)
def test_the_rule_fails_on_the_weak_application(rule: str, weak: Round) -> None:
    finding = weak[rule]
    assert finding.verdict is Verdict.FAIL, finding.reason
    assert finding.fix_at
    assert finding.remedy


@pytest.mark.parametrize("rule", TOGETHER)
def test_its_printed_fix_closes_the_rule(rule: str, fixed: Round) -> None:
    assert fixed[rule].verdict is Verdict.PASS, fixed[rule].reason


@pytest.mark.parametrize("rule", TOGETHER)
def test_the_rule_is_unknown_when_its_evidence_is_hidden(rule: str, hidden: Round) -> None:
    finding = hidden[rule]
    assert finding.verdict is Verdict.UNKNOWN, finding.reason
    assert finding.reason
    assert finding.remedy


def test_every_shipped_rule_is_proven_somewhere() -> None:
    assert len(RULES) >= 24
    assert set(TOGETHER) | ELSEWHERE | ON_AWS == set(RULES)
    assert set(TOGETHER) >= PEOPLE


# ---------------------------------------------------------------- secrets in sources


def dotenv_only(root: Path, text: bytes) -> Finding:
    (root / ".env").write_bytes(text)
    return judged(root, target("{dotenv: {path: .env}}"))["fastapi-no-secret-in-dotenv"][0]


def test_a_secret_in_a_dotenv_file_fails_until_its_line_is_taken_out(tmp_path: Path) -> None:
    finding = dotenv_only(tmp_path, b"LOG_LEVEL=WARNING\nSTRIPE_API_TOKEN=tok_live_123\n")
    assert (finding.verdict, finding.fix_at) == (Verdict.FAIL, ".env:2")
    assert "tok_live" not in repr(finding)
    assert dict(RULES[finding.rule].fix)["env"].startswith("# take the line out")
    assert dotenv_only(tmp_path, b"LOG_LEVEL=WARNING\n").verdict is Verdict.PASS
    assert dotenv_only(tmp_path, b"").verdict is Verdict.PASS
    assert dotenv_only(tmp_path, b"\0").verdict is Verdict.UNKNOWN


def test_a_secret_in_a_deployment_manifest_fails_until_it_is_a_reference(tmp_path: Path) -> None:
    manifest = (
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  template:\n    spec:\n"
        "      containers:\n        - name: api\n          env:\n            - {name: LOG_LEVEL, value: WARNING}\n"
    )
    rule = "fastapi-no-secret-in-deployment"

    def with_entry(entry: str) -> Finding:
        (tmp_path / "web.yaml").write_text(manifest + entry)
        return judged(tmp_path, target("{kubernetes: {path: web.yaml}}"))[rule][0]

    assert with_entry("            - {name: SECRET_KEY, value: changeme}\n").verdict is Verdict.FAIL
    printed = dict(RULES[rule].fix)["kubernetes"].removeprefix("env:\n")
    fixed = "".join(f"            {line}\n" for line in printed.splitlines())
    assert with_entry(fixed).verdict is Verdict.PASS
    assert with_entry("            - [\n").verdict is Verdict.UNKNOWN


def test_a_secret_in_a_compose_file_fails_until_the_deployment_gives_it(tmp_path: Path) -> None:
    rule = "fastapi-no-secret-in-deployment"

    def with_text(text: str) -> Finding:
        (tmp_path / "compose.yml").write_text(text)
        return judged(tmp_path, target("{compose: {path: compose.yml, service: api}}"))[rule][0]

    head = "services:\n  api:\n    environment:\n"
    assert with_text(f"{head}      SECRET_KEY: changeme\n").verdict is Verdict.FAIL
    assert with_text(dict(RULES[rule].fix)["compose"].replace("<service>", "api")).verdict is Verdict.PASS
    assert with_text("services: [").verdict is Verdict.UNKNOWN


# ---------------------------------------------------------------- what only TLS shows


@contextlib.contextmanager
def old_tls(certificates: Certificates, lowest: ssl.TLSVersion) -> Iterator[int]:
    """A server that speaks TLS from that version on and answers every request alike."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = lowest
    context.load_cert_chain(certificates.good.certificate, certificates.good.key)
    listener, stop = socket.create_server(("127.0.0.1", 0)), threading.Event()

    def serve() -> None:
        while not stop.is_set():
            with contextlib.suppress(OSError):
                connection, _ = listener.accept()
                connection.settimeout(2)
                with context.wrap_socket(connection, server_side=True) as session:
                    session.recv(65536)
                    session.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        stop.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize(
    ("lowest", "verdict"), [(ssl.TLSVersion.TLSv1, Verdict.FAIL), (ssl.TLSVersion.TLSv1_2, Verdict.PASS)]
)
def test_old_tls_versions_fail(
    lowest: ssl.TLSVersion, verdict: Verdict, certificates: Certificates, tmp_path: Path
) -> None:
    with old_tls(certificates, lowest) as port:
        found = judged(tmp_path, target(f"{{http: {{url: 'https://127.0.0.1:{port}', http_port: 0}}}}"), timeout=2)
    assert found["fastapi-https-tls-1.2"][0].verdict is verdict, found["fastapi-https-tls-1.2"][0].reason


@pytest.mark.parametrize(
    ("certificate", "verdict"), [("wrong_host", Verdict.FAIL), ("good", Verdict.PASS), ("", Verdict.UNKNOWN)]
)
def test_a_certificate_for_another_host_fails(
    certificate: str, verdict: Verdict, certificates: Certificates, tmp_path: Path
) -> None:
    rule = "fastapi-certificate-for-this-host"
    if not certificate:
        source = f"{{http: {{url: 'https://127.0.0.1:{processes.free_port()}'}}}}"
        finding = judged(tmp_path, target(source), timeout=2)
        assert finding["fastapi-https-tls-1.2"][0].verdict is Verdict.UNKNOWN
    else:
        variables = {**shop.WEAK, "HTTPS_REDIRECT": "false"}
        shop.write_source(tmp_path)
        with application_server.application(
            tmp_path / "run",
            environment=variables,
            tls=certificates,
            certificate=certificate,
            project=tmp_path,
            ready_path="/orders",
        ) as server:
            finding = judged(tmp_path, target(f"{{http: {{url: '{server.url}', http_port: 0}}}}"))
    assert finding[rule][0].verdict is verdict


# ---------------------------------------------------------------- between environments


@pytest.mark.parametrize("rule", COMPARING)
def test_a_secret_that_two_environments_share_fails_until_each_has_its_own(rule: str, tmp_path: Path) -> None:
    def compared(production: Mapping[str, str], staging: Mapping[str, str]) -> dict[str, Finding]:
        shop.write_variables(tmp_path / "production.env", {"LOG_LEVEL": "WARNING", **production})
        shop.write_variables(tmp_path / "staging.env", {"LOG_LEVEL": "INFO", **staging})
        both = target("{dotenv: {path: production.env}}", "p") + target("{dotenv: {path: staging.env}}", "s", "staging")
        return {finding.target: finding for finding in judged(tmp_path, both)[rule]}

    printed = dict(RULES[rule].fix)["env"]
    name = printed.partition("=")[0]
    value = shop.WEAK[name]
    shared = compared({name: value}, {name: value})
    assert {finding.verdict for finding in shared.values()} == {Verdict.FAIL}
    assert shared["p"].peers == ("s",)
    own = shop.apply_env({}, [printed])[name]
    fixed = value.replace(*_secret_of(name), 1).replace("SECRET", own)
    closed = compared({name: fixed}, {name: value})
    assert {finding.verdict for finding in closed.values()} == {Verdict.PASS}
    unseen = compared({name: "${DEPLOYED}"}, {name: value})
    assert {name: finding.verdict for name, finding in unseen.items()} == {
        "p": Verdict.UNKNOWN,
        "s": Verdict.NOT_ASSESSED,
    }


def _secret_of(name: str) -> tuple[str, str]:
    """The part of the weak value that is the secret, and what marks its place."""
    value = shop.WEAK[name]
    return (f":{value.split(':')[2].split('@')[0]}@", ":SECRET@") if "://" in value else (value, "SECRET")
