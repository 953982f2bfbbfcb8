"""What a screen or an address is given: who asks, which view, which browser, and the way to the data.

For others: ``admission``, ``client``, ``context``, ``incident``, ``json_reply``, ``navigation``, ``pages``,
``redirect_after``, ``signed_in``, ``view``.
"""
