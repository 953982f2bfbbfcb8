"""What a screen or an address is given: who asks, which view, which browser, and the way to the data.

For others: ``admission``, ``asked_view``, ``authorization``, ``client``, ``context``, ``file_of_job``, ``incident``,
``job_kinds``, ``json_reply``, ``narrowed_context``, ``navigation``, ``outside_servers``, ``pages``,
``redirect_after``, ``referring_page``, ``request_counts``, ``signed_in``, ``started_job``, ``tasks``, ``view``.
"""
