"""Management: accounts, posts, rules, the audit trail, who can see what; one file per part in ``parts``."""
