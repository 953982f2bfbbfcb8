"""How facts get in: files of offices become rows of the database, each fault a sentence, nothing half-loaded."""

from etl.loading import load
from etl.reject import Reject
from etl.report import FileReport

__all__ = ["FileReport", "Reject", "load"]
