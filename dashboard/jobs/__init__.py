"""Work behind screens that is done beside the pages: each file is one kind of job (``JOB``).

Nothing here is for others.
"""
