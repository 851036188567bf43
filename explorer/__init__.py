"""The prospect explorer: from a bank's tables to ranked prospect strings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = ["Explorer", "__version__"]

if TYPE_CHECKING:
    from explorer.service import Explorer


def __getattr__(name: str) -> Any:
    """Import the service at first use, so that `explorer --help` does not pay for numba and Arrow."""
    if name == "Explorer":
        from explorer.service import Explorer

        return Explorer
    raise AttributeError(f"module 'explorer' has no attribute {name!r}")
