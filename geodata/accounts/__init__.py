"""Accounts and who is signed in: visitors, tries to sign in, personal tokens, the trail of what they did.

For others: ``account_admin``, ``audit_trail``, ``sessions``, ``sight``, ``sign_in_attempts``,
``token_secret``, ``tokens``, ``visitor``.
"""
