"""What stands in the schemas ``grid`` and ``grid_queue``, as sorted lines of the catalogue, and its fingerprint.

Two databases with the same lines behave the same: columns, constraints, indexes, functions with their bodies, views,
triggers, policies, grants, statistics. Whoever owns the schema is called ``owner``, whatever the role's name.
"""

from __future__ import annotations

import hashlib

from sqlalchemy import Connection, text

_SCHEMAS_OURS = "'grid', 'grid_queue'"
_OURS = f"IN (SELECT oid FROM pg_namespace WHERE nspname IN ({_SCHEMAS_OURS}))"
_ACL = """(SELECT coalesce(string_agg(said, ' ' ORDER BY said), '-') FROM (
    SELECT CASE WHEN a.grantee = 0 THEN 'PUBLIC' WHEN a.grantee = {owner} THEN 'owner'
                ELSE a.grantee::regrole::text END
           || '=' || string_agg(a.privilege_type || CASE WHEN a.is_grantable THEN '*' ELSE '' END, ','
                                ORDER BY a.privilege_type) AS said
    FROM aclexplode({acl}) AS a GROUP BY a.grantee, {owner}) AS each)"""


def _acl(acl: str, owner: str) -> str:
    return _ACL.format(acl=acl, owner=owner)


_OF_RELATION = (
    "coalesce(c.relacl, acldefault(CAST(CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END AS \"char\"), c.relowner))"
)
# every table, view and sequence of the schema
_RELATIONS = f"""
SELECT 'relation ' || c.relname || ' ' || c.relkind::text
       || CASE WHEN c.relrowsecurity THEN ' row-security' ELSE '' END
       || CASE WHEN c.relforcerowsecurity THEN ' forced' ELSE '' END
       || ' grants ' || {_acl(_OF_RELATION, "c.relowner")}
FROM pg_class AS c WHERE c.relnamespace {_OURS} AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
"""
_COLUMNS = f"""
SELECT 'column ' || c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
       || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END
       || CASE WHEN a.attidentity <> '' THEN ' identity ' || a.attidentity::text ELSE '' END
       || CASE WHEN a.attgenerated <> '' THEN ' generated' ELSE '' END
       || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '')
       || coalesce(' grants ' || {_acl("a.attacl", "c.relowner")}, '')
FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_attrdef AS d ON d.adrelid = c.oid AND d.adnum = a.attnum
WHERE c.relnamespace {_OURS} AND c.relkind IN ('r', 'p')
"""
_CONSTRAINTS = f"""
SELECT 'constraint ' || c.relname || '.' || k.conname || ' ' || pg_get_constraintdef(k.oid)
       || CASE WHEN k.convalidated THEN '' ELSE ' NOT VALID' END
FROM pg_constraint AS k JOIN pg_class AS c ON c.oid = k.conrelid
WHERE c.relnamespace {_OURS} AND k.contype <> 'n' AND k.contype <> 't'
"""
_INDEXES = f"""
SELECT 'index ' || pg_get_indexdef(i.indexrelid) FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indrelid
WHERE c.relnamespace {_OURS}
"""
_STATISTICS = f"""
SELECT 'statistics ' || pg_get_statisticsobjdef(s.oid) FROM pg_statistic_ext AS s
WHERE s.stxnamespace {_OURS}
"""
_FUNCTIONS = f"""
SELECT 'function ' || p.oid::regprocedure::text || ' grants '
       || {_acl("coalesce(p.proacl, acldefault('f', p.proowner))", "p.proowner")} || ' '
       || pg_get_functiondef(p.oid)
FROM pg_proc AS p WHERE p.pronamespace {_OURS} AND p.prokind IN ('f', 'p')
"""
_VIEWS = f"""
SELECT 'view ' || c.relname || ' ' || pg_get_viewdef(c.oid) FROM pg_class AS c
WHERE c.relnamespace {_OURS} AND c.relkind IN ('v', 'm')
"""
_TRIGGERS = f"""
SELECT 'trigger ' || pg_get_triggerdef(t.oid) || CASE WHEN t.tgenabled = 'O' THEN '' ELSE ' ' || t.tgenabled::text END
FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = t.tgrelid
WHERE c.relnamespace {_OURS} AND NOT t.tgisinternal
"""
_POLICIES = f"""
SELECT 'policy ' || tablename || '.' || policyname || ' ' || permissive || ' ' || cmd || ' TO '
       || array_to_string(roles, ',') || coalesce(' USING ' || qual, '') || coalesce(' CHECK ' || with_check, '')
FROM pg_policies WHERE schemaname IN ({_SCHEMAS_OURS})
"""
_SCHEMAS = f"""
SELECT 'schema ' || n.nspname || ' grants ' || {_acl("coalesce(n.nspacl, acldefault('n', n.nspowner))", "n.nspowner")}
FROM pg_namespace AS n WHERE n.nspname IN ({_SCHEMAS_OURS}, 'public_board')
"""
_PARTS = (
    _SCHEMAS, _RELATIONS, _COLUMNS, _CONSTRAINTS, _INDEXES, _STATISTICS, _FUNCTIONS, _VIEWS, _TRIGGERS, _POLICIES,
)  # fmt: skip


def catalogue_lines(db: Connection) -> list[str]:
    """Every object of schema ``grid`` as one line (a function's body may have several), sorted.

    Parameters
    ----------
    db
        Any connection: the catalogue is open to every role.

    Returns
    -------
    list[str]
        Comparable between databases of one major version of PostgreSQL; the order of columns plays no part.
    """
    path = db.execute(text("SELECT current_setting('search_path')")).scalar_one()
    # without schema grid in the path all of its names are told in full, whoever asks
    db.execute(text("SET LOCAL search_path = pg_catalog, public"))
    lines = [line for part in _PARTS for line in db.execute(text(part)).scalars()]
    db.execute(text("SELECT set_config('search_path', :path, true)"), {"path": path})
    return sorted(lines)


def catalogue_fingerprint(db: Connection) -> str:
    """SHA-256 of ``catalogue_lines``, in hexadecimal.

    Parameters
    ----------
    db
        Any connection: the catalogue is open to every role.

    Returns
    -------
    fingerprint
        64 digits.
    """
    return hashlib.sha256("\n".join(catalogue_lines(db)).encode()).hexdigest()
