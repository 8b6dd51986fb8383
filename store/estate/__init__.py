"""Bulk import of an estate from CSV and XLSX: `import_files` imports or tries, `template` writes the empty workbook."""

from store.estate.importing import import_files
from store.estate.problems import Problem, Report
from store.estate.template import template

__all__ = ["Problem", "Report", "import_files", "template"]
