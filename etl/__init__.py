"""How facts get in: files of offices become rows of the database, each fault a sentence, nothing half-loaded."""

from etl.load.batch_differences import Difference, differences
from etl.load.file_report import FileReport, Preview
from etl.load.load_files import load, preview
from etl.load.row_fault import Reject
from etl.load.undo_batches import undo

__all__ = ["Difference", "FileReport", "Preview", "Reject", "differences", "load", "preview", "undo"]
