"""The application put together: pages, addresses, guard, headers, server; only the entry points import it.

For others: ``create_app``, ``log_file``, ``rule_commands``, ``serve``, ``web_server``, ``worker``.
"""
