"""Strategies that draw calls, values, answers, filters and trouble, all from the IR of the spec."""

from tests.strategies.answers import (
    Model,
    from_disturbed,
    from_misfit,
    from_model,
    from_resource,
    models,
)
from tests.strategies.calls import Arrival, Invocation, from_operation
from tests.strategies.filters import (
    Condition,
    Filtered,
    built,
    from_condition,
    from_filters,
    from_spellings,
    spelling,
)
from tests.strategies.revisions import Revision, committed
from tests.strategies.surprises import Surprise, from_surprise
from tests.strategies.trouble import Answered, Broken, Step, from_trouble
from tests.strategies.values import (
    AWKWARD,
    Filled,
    Sample,
    from_form,
    from_ids,
    from_instants,
    from_json,
    from_properties,
    from_property,
    from_text,
    from_type,
    is_array,
    is_object,
)

__all__ = [
    "AWKWARD",
    "Answered",
    "Arrival",
    "Broken",
    "Condition",
    "Filled",
    "Filtered",
    "Invocation",
    "Model",
    "Revision",
    "Sample",
    "Step",
    "Surprise",
    "built",
    "committed",
    "from_condition",
    "from_disturbed",
    "from_filters",
    "from_form",
    "from_ids",
    "from_instants",
    "from_json",
    "from_misfit",
    "from_model",
    "from_operation",
    "from_properties",
    "from_property",
    "from_resource",
    "from_spellings",
    "from_surprise",
    "from_text",
    "from_trouble",
    "from_type",
    "is_array",
    "is_object",
    "models",
    "spelling",
]
