"""The search language: a filter and an order as text → what they mean. Pure, without a database.

    filter      either
    either      both (OR both)*
    both        one (AND one)*
    one         NOT one | (either) | comparison
    comparison  operand operator value          metrics.loss < 0.1, params.`lr rate` LIKE '%e-%'
    operand     [group "."] key | function "(" group "." key ")"
    order       operand [ASC | DESC]

Every filter and order of `mlflow.utils.search_utils` is one of this language and means the same. A
comparison with what a row does not have is false, and its negation by NOT is true.

`tokens` → `grammar` → `syntax`, with the `fields` that can be asked for.
"""

from celltrail_server.search.fields import (
    EXPERIMENT_FIELDS,
    LOGGED_MODEL_FIELDS,
    MODEL_FIELDS,
    RUN_FIELDS,
    TRACE_FIELDS,
    VERSION_FIELDS,
    Fields,
)
from celltrail_server.search.grammar import parse_filter, parse_order
from celltrail_server.search.syntax import And, Comparison, Condition, Not, Operand, Or, Ordering

__all__ = [
    "EXPERIMENT_FIELDS",
    "LOGGED_MODEL_FIELDS",
    "MODEL_FIELDS",
    "RUN_FIELDS",
    "TRACE_FIELDS",
    "VERSION_FIELDS",
    "And",
    "Comparison",
    "Condition",
    "Fields",
    "Not",
    "Operand",
    "Or",
    "Ordering",
    "parse_filter",
    "parse_order",
]
