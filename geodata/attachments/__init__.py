"""Photographs and documents of a visit or a work item: rows in the database, bytes in a store beside it.

For others: ``attachment_acts``, ``attachment_list``, ``attachment_store``, ``received_file``, ``tidy_attachments``.
"""
