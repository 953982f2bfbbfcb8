"""Sheets through the stage into tables, each fault a sentence with its row; and batches taken back."""
