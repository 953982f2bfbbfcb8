"""``/jobs``: what is done beside the pages: one's own jobs, and everybody's for whoever runs the place."""
