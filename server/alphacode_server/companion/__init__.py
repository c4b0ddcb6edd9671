"""Problems from the browser extension Competitive Companion: listening for them, and making files of them.

A package of its own, and not a part of the editor, because `alphacode receive` does the same in a terminal.
"""

from alphacode_server.companion.importing import Imported, ImportFailed, SourceTemplate, import_problems
from alphacode_server.companion.listener import AUTO_PORTS
from alphacode_server.companion.receiving import Delivery, Received, State, deliveries

__all__ = [
    "AUTO_PORTS", "Delivery", "ImportFailed", "Imported", "Received", "SourceTemplate", "State", "deliveries",
    "import_problems",
]  # fmt: skip
