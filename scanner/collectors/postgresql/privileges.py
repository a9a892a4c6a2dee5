"""What the scanner's role needs, as a superuser grants it: the least that lets every rule be judged.

``doctor`` prints it, gaps quote the part that would close them. Nothing here is ever executed by a scan.
"""

from __future__ import annotations

SELF_MANAGED = "self-managed"
AMAZON = frozenset({"rds", "aurora"})
"""Platforms that show the format of stored passwords by a function of their own."""
ALL_SETTINGS = "GRANT pg_read_all_settings TO {role};"
FILE_SETTINGS = (
    "GRANT EXECUTE ON FUNCTION pg_catalog.pg_show_all_file_settings() TO {role}; "
    "GRANT SELECT ON pg_catalog.pg_file_settings TO {role};"
)
HBA_RULES = (
    "GRANT EXECUTE ON FUNCTION pg_catalog.pg_hba_file_rules() TO {role}; "
    "GRANT SELECT ON pg_catalog.pg_hba_file_rules TO {role};"
)

_SCHEMA = (
    "CREATE SCHEMA IF NOT EXISTS drift_scan; REVOKE ALL ON SCHEMA drift_scan FROM PUBLIC; "
    "GRANT USAGE ON SCHEMA drift_scan TO {role};"
)
_FUNCTION = (
    "CREATE OR REPLACE FUNCTION drift_scan.{name}() RETURNS {returns} LANGUAGE sql STABLE SECURITY DEFINER "
    "SET search_path = pg_catalog, pg_temp AS $body$ {body} $body$; "
    "REVOKE ALL ON FUNCTION drift_scan.{name}() FROM PUBLIC; "
    "GRANT EXECUTE ON FUNCTION drift_scan.{name}() TO {role};"
)
_FORMATS = (
    "SELECT rolname, CASE WHEN rolpassword IS NULL THEN 'none' WHEN rolpassword ~ '^md5[0-9a-f]{32}$' THEN 'md5' "
    "WHEN rolpassword LIKE 'SCRAM-SHA-256$%' THEN 'scram-sha-256' ELSE 'other' END, "
    r"substring(rolpassword from '^SCRAM-SHA-256\$([0-9]+):')::int FROM pg_catalog.pg_authid WHERE rolcanlogin"
)
_NEWER = (
    "SELECT coalesce(bool_or(greatest(s.modification, s.change) > pg_conf_load_time()), true) "
    "FROM ({files}) f(file), pg_stat_file(f.file) s"
)
"""The time of the last change counts too: a file that is moved into place keeps an older time of modification."""

_ONE_FILE = "SELECT current_setting('hba_file')"
_EVERY_FILE = "SELECT current_setting('hba_file') UNION SELECT file_name FROM pg_hba_file_rules WHERE file_name <> ''"
"""From 16 on pg_hba.conf may include other files."""


def quoted(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


FORMATS_ON_RDS = (
    "CREATE EXTENSION IF NOT EXISTS rds_tools; GRANT USAGE ON SCHEMA rds_tools TO {role}; "
    "GRANT EXECUTE ON FUNCTION rds_tools.role_password_encryption_type() TO {role};"
)


def password_formats(role: str) -> str:
    """The function that tells the format of every stored password and nothing else of it."""
    returns = "TABLE(rolname name, fmt text, iterations int)"
    function = _FUNCTION.format(name="password_formats", returns=returns, body=_FORMATS, role=role)
    return f"{_SCHEMA.format(role=role)} {function}"


def hba_newer_than_load(version: int, role: str) -> str:
    """The function that tells whether pg_hba.conf has changed since the server loaded it."""
    body = _NEWER.format(files=_EVERY_FILE if version >= 16 else _ONE_FILE)
    function = _FUNCTION.format(name="hba_newer_than_load", returns="boolean", body=body, role=role)
    return f"{_SCHEMA.format(role=role)} {function}"


def script(version: str, role: str, platform: str = "") -> list[str]:
    """The whole script for one role, to be run once by a superuser in the database that the scanner connects to."""
    name = quoted(role)
    if platform not in {"", SELF_MANAGED}:
        return _managed(name, platform)
    major = version.partition(".")[0]
    return [
        f"-- as superuser, in the database that the scanner connects to, after\n"
        f"-- CREATE ROLE {name} LOGIN PASSWORD '<password>' CONNECTION LIMIT 3;\n"
        f"-- and in pg_hba.conf, first: hostssl <database> {role} <address of the scanner>/32 scram-sha-256",
        f"GRANT pg_monitor TO {name};",
        FILE_SETTINGS.format(role=name),
        HBA_RULES.format(role=name),
        password_formats(name),
        hba_newer_than_load(int(major) if major.isdigit() else 0, name),
    ]


def _managed(name: str, platform: str) -> list[str]:
    """Where the platform keeps superuser and files to itself: what its administrator can grant."""
    formats = [FORMATS_ON_RDS.format(role=name)] if platform in AMAZON else []
    return [
        f"-- as the administrator that the platform gives you, in the database that the scanner connects to, after\n"
        f"-- CREATE ROLE {name} LOGIN PASSWORD '<password>' CONNECTION LIMIT 3;\n"
        f"-- files and pg_hba.conf are the platform's: a source that asks the platform shows what stands for them",
        f"GRANT pg_monitor TO {name};",
        *formats,
    ]
