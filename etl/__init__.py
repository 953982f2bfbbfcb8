"""How facts get in: files of offices become rows of the database, each fault a sentence, nothing half-loaded."""

from etl.load.batch_differences import Difference, list_differences
from etl.load.file_report import FileReport, Preview
from etl.load.load_files import load_files, preview_load
from etl.load.row_fault import Reject
from etl.load.undo_batches import undo_batches

__all__ = [
    "Difference",
    "FileReport",
    "Preview",
    "Reject",
    "list_differences",
    "load_files",
    "preview_load",
    "undo_batches",
]
