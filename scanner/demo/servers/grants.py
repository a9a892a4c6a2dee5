"""What a full reading of a PostgreSQL needs, as the superuser grants it to the role ``scanner``."""

from __future__ import annotations

READER = (
    "grant pg_monitor to scanner",
    "grant execute on function pg_catalog.pg_hba_file_rules(), pg_catalog.pg_show_all_file_settings() to scanner",
    "grant select on pg_catalog.pg_hba_file_rules, pg_catalog.pg_file_settings to scanner",
    "create schema drift_scan",
    "revoke all on schema drift_scan from public",
    "grant usage on schema drift_scan to scanner",
    r"""create function drift_scan.password_formats() returns table(rolname name, fmt text, iterations int)
        language sql stable security definer set search_path = pg_catalog, pg_temp as $body$
        select r.rolname,
               case when r.rolpassword is null then 'none'
                    when r.rolpassword ~ '^md5[0-9a-f]{32}$' then 'md5'
                    when r.rolpassword like 'SCRAM-SHA-256$%' then 'scram-sha-256'
                    else 'other' end,
               substring(r.rolpassword from '^SCRAM-SHA-256\$([0-9]+):')::int
          from pg_catalog.pg_authid r where r.rolcanlogin $body$""",
    """create function drift_scan.hba_newer_than_load() returns boolean
        language sql stable security definer set search_path = pg_catalog, pg_temp as $body$
        select (pg_catalog.pg_stat_file(pg_catalog.current_setting('hba_file'))).modification
               > pg_catalog.pg_conf_load_time() $body$""",
    "revoke all on all functions in schema drift_scan from public",
    "grant execute on all functions in schema drift_scan to scanner",
)
