"""The application put together: pages, addresses, guard, headers, server; only the entry points import it.

For others: ``create_app``, ``serve``, ``web_server``, ``worker``.
"""
