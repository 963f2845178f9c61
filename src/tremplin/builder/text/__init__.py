"""Editing the text of a programme file in place. Pure: texts in, texts out; what is not touched stays byte for byte."""

from tremplin.builder.text.document import GONE, CannotEdit, Document, Table
from tremplin.builder.text.write import item_text, written

__all__ = ["GONE", "CannotEdit", "Document", "Table", "item_text", "written"]
