"""Strategies of Hypothesis for property tests of programs that use this library.

They draw from the generated tables and annotations alone. Hypothesis is no dependency of the clients, and is
imported when a strategy is asked for; ``pip install 'klaviyo-maton[testing]'`` brings it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeVar

from ..client import View
from ..model import Model
from ..revision import Revision

if TYPE_CHECKING:
    from hypothesis import strategies as st
else:

    class _Strategies:
        def __getattr__(self, name: str) -> object:
            return getattr(_required("hypothesis.strategies"), name)

    st = _Strategies()  # what annotations mention; whoever reads them imports it

M = TypeVar("M", bound=Model)


def from_operation(
    client: View[Any] | type[View[Any]] | Revision, operation_id: str
) -> st.SearchStrategy[dict[str, Any]]:
    """Draw keyword arguments for an operation, given by the vendor's id, such as ``create_profile``.

    Its method, and ``call`` of a client, accept all that is drawn: every argument that is required, some of
    the others, models as values. The annotations do not tell which members of a value object the vendor
    requires, so any of them may be missing.

    ``client`` is a client or its class, or the table of a revision.

    Raises:
        ArgumentError: there is no such operation.
        ImportError: Hypothesis is not installed.
    """
    _required("hypothesis")
    from .arguments import from_operation as draw

    return draw(client, operation_id)


def from_model(model: type[M]) -> st.SearchStrategy[M]:
    """Draw models of a class, as a client reads them from answers; ``.map(dump)`` makes their JSON.

    Every member may be absent or null where its annotation allows that, and related resources are not
    included.

    Raises:
        ImportError: Hypothesis is not installed.
    """
    _required("hypothesis")
    from .models import from_model as draw

    return draw(model)


def _required(module: str) -> object:
    try:
        return import_module(module)
    except ImportError as error:
        raise ImportError("strategies need Hypothesis: pip install 'klaviyo-maton[testing]'") from error
