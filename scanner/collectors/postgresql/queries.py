"""The statements of a scan: few, fixed, read-only, every name qualified, none that returns a hash or a password.

Their order matters. ``MASKABLE`` is read before anything is set in the session. ``SETTINGS`` comes before ``FILES``,
because reading the files marks changed settings as pending in the reader's own session.
"""

from __future__ import annotations

OWN_SETTINGS = ("statement_timeout", "default_transaction_read_only", "search_path", "lock_timeout")

MASKABLE = """
select name, source, reset_val from pg_catalog.pg_settings
 where name in ('statement_timeout', 'default_transaction_read_only', 'search_path', 'lock_timeout')
"""
"""What holds for the settings that the session itself is about to change."""

SESSION = (
    "set default_transaction_read_only = on",
    "set statement_timeout = '{milliseconds}ms'",
    "set lock_timeout = '{milliseconds}ms'",
    "set search_path = pg_catalog",
)

FACTS = """
select current_user as role, session_user as login, pg_catalog.current_database() as database,
       pg_catalog.current_setting('server_version_num')::int as version,
       pg_catalog.current_setting('is_superuser')::bool as superuser,
       pg_catalog.pg_is_in_recovery() as recovery,
       pg_catalog.pg_has_role(current_user, 'pg_read_all_settings', 'usage') as all_settings,
       (select pg_catalog.array_agg(f.proname::text)
          from pg_catalog.pg_proc f
          join pg_catalog.pg_namespace n on n.oid = f.pronamespace
          join pg_catalog.pg_roles r on r.oid = f.proowner
         where n.nspname = 'drift_scan' and r.rolsuper and f.pronargs = 0
           and pg_catalog.has_schema_privilege(n.oid, 'usage')
           and pg_catalog.has_function_privilege(f.oid, 'execute')) as functions
"""
"""Who is asking, of which server; and which of our own functions may be used, only where a superuser owns them."""

SETTINGS = """
select name, setting, reset_val, boot_val, unit, vartype, context, source, sourcefile, sourceline, pending_restart,
       enumvals, min_val, max_val
  from pg_catalog.pg_settings order by name
"""

FILES = """
select sourcefile, sourceline, seqno, name, setting, applied, error from pg_catalog.pg_file_settings order by seqno
"""

HBA = "select * from pg_catalog.pg_hba_file_rules order by {order}"

HBA_NEWER = "select drift_scan.hba_newer_than_load() as newer"

OVERRIDES = """
select r.rolname as role, d.datname as database, s.setrole <> 0 as of_role, s.setdatabase <> 0 as of_database,
       o.entry as entry
  from pg_catalog.pg_db_role_setting s
  left join pg_catalog.pg_roles r on r.oid = s.setrole
  left join pg_catalog.pg_database d on d.oid = s.setdatabase,
       pg_catalog.unnest(s.setconfig) as o(entry)
 order by 1 nulls first, 2 nulls first, 5
"""

LOGIN_ROLES = """
select rolname as role, rolsuper as superuser, rolconnlimit as connection_limit, rolvaliduntil::text as valid_until,
       rolcreaterole as createrole, rolcreatedb as createdb, rolreplication as replication, rolbypassrls as bypassrls
  from pg_catalog.pg_roles where rolcanlogin order by rolname
"""

EXTENSIONS = """
select e.extname as name, e.extversion as version, coalesce(v.trusted, false) as trusted
  from pg_catalog.pg_extension e
  left join pg_catalog.pg_available_extension_versions v on v.name = e.extname and v.version = e.extversion
 order by e.extname
"""

STORED_FORMATS = "select rolname as role, fmt as format, iterations from drift_scan.password_formats() order by 1"

STORED_FORMATS_AS_SUPERUSER = r"""
select rolname as role,
       case when rolpassword is null then 'none'
            when rolpassword ~ '^md5[0-9a-f]{32}$' then 'md5'
            when rolpassword like 'SCRAM-SHA-256$%' then 'scram-sha-256'
            else 'other' end as format,
       pg_catalog.substring(rolpassword, '^SCRAM-SHA-256\$([0-9]+):')::int as iterations
  from pg_catalog.pg_authid where rolcanlogin order by 1
"""
"""The formats are told by the server itself: a hash never crosses the wire."""

FORMATS_ON_RDS = """
select r.rolname as role, coalesce(nullif(f.encryption_type, ''), 'none') as format
  from rds_tools.role_password_encryption_type() f
  join pg_catalog.pg_roles r on r.rolname = f.rolname
 where r.rolcanlogin order by 1
"""
"""Amazon's own extension tells the formats, as nobody but Amazon is superuser there."""

OWN_CONNECTION = "select ssl, version, cipher from pg_catalog.pg_stat_ssl where pid = pg_catalog.pg_backend_pid()"
