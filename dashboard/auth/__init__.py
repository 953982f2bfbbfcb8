"""Who comes in and how far: sign-in, sessions, the guard before every address and every callback.

For others: ``account_commands``, ``begin_session``, ``callback_payload``, ``first_accounts``, ``password``,
``password_try``, ``session``.
"""
