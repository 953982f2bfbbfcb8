"""Who comes in and how far: sign-in, sessions, the guard before every address and every callback.

For others: ``account_commands``, ``begin_session``, ``callback_payload``, ``first_accounts``, ``password``,
``password_try``, ``session``.
"""

import os

# Read by pypinyin when it is imported: signs have readings enough here, its 47 000 phrases take 58 MB of every process
os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
