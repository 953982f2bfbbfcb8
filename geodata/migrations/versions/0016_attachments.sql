-- Photographs and documents of a visit or a work item; their bytes lie outside of the database under their hash. What
-- each column means stands in geodata/models/attachments.py.

CREATE TABLE grid.attachment (
    attachment_no BIGINT GENERATED ALWAYS AS IDENTITY,
    visit_no TEXT,
    item_no TEXT,
    file_name TEXT NOT NULL,
    file_sha256 TEXT NOT NULL,
    file_type TEXT NOT NULL,
    size_bytes BIGINT NOT NULL,
    taken_at TIMESTAMP WITH TIME ZONE,
    point public.geometry(POINT, 4490),
    source_datum TEXT,
    is_stripped BOOLEAN NOT NULL,
    added_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    added_by TEXT DEFAULT coalesce(grid.signed_in(), session_user) NOT NULL,
    CONSTRAINT pk_attachment PRIMARY KEY (attachment_no),
    CONSTRAINT fk_attachment_visit_no FOREIGN KEY (visit_no) REFERENCES grid.visit (visit_no),
    CONSTRAINT fk_attachment_item_no FOREIGN KEY (item_no) REFERENCES grid.work_item (item_no) ON DELETE CASCADE,
    CONSTRAINT ck_attachment_of_one CHECK (num_nonnulls(visit_no, item_no) = 1),
    CONSTRAINT ck_attachment_hash_form CHECK (file_sha256 ~ '^[0-9a-f]{64}$'),
    CONSTRAINT ck_attachment_size_fits CHECK (size_bytes > 0 AND size_bytes <= 209715200),
    CONSTRAINT ck_attachment_name_fits CHECK (
        length(file_name) BETWEEN 1 AND 120 AND file_name !~ '[/\\]'
        AND file_name !~ '[\u0001-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]'),
    CONSTRAINT ck_attachment_taken_before CHECK (taken_at <= added_at + interval '5 minutes'),
    CONSTRAINT ck_attachment_point_has_datum CHECK ((point IS NULL) = (source_datum IS NULL)),
    CONSTRAINT ck_attachment_stripped_is_silent CHECK (NOT is_stripped OR (point IS NULL AND taken_at IS NULL)),
    CONSTRAINT ck_attachment_file_type_word CHECK (file_type IN ('jpeg', 'png', 'webp', 'pdf')),
    CONSTRAINT ck_attachment_source_datum_word CHECK (source_datum IN ('cgcs2000', 'wgs84', 'gcj02', 'bd09'))
);
CREATE UNIQUE INDEX ux_attachment_visit_no_file_sha256 ON grid.attachment (visit_no, file_sha256);
CREATE UNIQUE INDEX ux_attachment_item_no_file_sha256 ON grid.attachment (item_no, file_sha256);
CREATE INDEX ix_attachment_file_sha256 ON grid.attachment (file_sha256);
CREATE INDEX ix_attachment_added_at ON grid.attachment (added_at);
