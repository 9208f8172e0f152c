"""All documents: every module of this package that has a `DOCUMENT` is one, under the module's name."""

import cnnbench.reporting.documents
from cnnbench.registry import registered
from cnnbench.reporting.documents.document import Document


def documents() -> dict[str, Document]:
    """Return the registered documents by name, in alphabetical order."""
    return registered(cnnbench.reporting.documents, "DOCUMENT")
