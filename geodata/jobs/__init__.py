"""Jobs: work beside the pages, on behalf of whoever asked for it, with progress, an end and a way to stop it.

For others: ``job_kind``, ``job_list``, ``job_queue``, ``job_run``, ``job_tidying``, ``old_files``.
"""
