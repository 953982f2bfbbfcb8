"""How facts get in: files of offices become rows of the database, each fault a sentence, nothing half-loaded."""

from etl.differences import Difference, differences
from etl.loading import load, preview
from etl.reject import Reject
from etl.report import FileReport, Preview
from etl.undo import undo

__all__ = ["Difference", "FileReport", "Preview", "Reject", "differences", "load", "preview", "undo"]
