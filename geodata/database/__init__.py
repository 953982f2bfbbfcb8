"""The one PostGIS database: engines, transactions with their scope, schema version, batches of facts.

For others: ``batches``, ``cut_off``, ``engine``, ``registry``, ``scope``, ``upgrade``.
"""
