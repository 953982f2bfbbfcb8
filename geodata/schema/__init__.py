"""Today's functions, views, policies, triggers and grants of schema ``grid``, each once (``<topic>.sql``).

For others: ``files``.
"""

from geodata.schema.apply import apply_schema, lay_bare
from geodata.schema.state import is_current

__all__ = ["apply_schema", "is_current", "lay_bare"]
