"""Addresses hold no sign that a browser leaves out; a view is shared with all units of whoever saved it."""

from __future__ import annotations

from alembic import op

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    op.execute("""
UPDATE grid.feedback SET page_address = NULL WHERE page_address ~ '[[:cntrl:]]';
ALTER TABLE grid.feedback ADD CONSTRAINT ck_feedback_address_plain CHECK (page_address !~ '[[:cntrl:]]');
DELETE FROM grid.saved_view WHERE page_address ~ '[[:cntrl:]]';
ALTER TABLE grid.saved_view ADD CONSTRAINT ck_saved_view_address_plain CHECK (page_address !~ '[[:cntrl:]]');
ALTER TABLE grid.saved_view ADD COLUMN unit_codes TEXT[] DEFAULT '{}' NOT NULL;
UPDATE grid.saved_view SET unit_codes = ARRAY[unit_code] WHERE unit_code IS NOT NULL;
ALTER TABLE grid.saved_view DROP COLUMN unit_code""")
