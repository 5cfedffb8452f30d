"""Masking: what looks like a secret is replaced by `***` before anything is recorded.

`mask_value` is for values with a name (params, tags), `mask_source` for the source of cells,
`mask_text` for everything else: console output, error messages, diffs. All are pure, idempotent
and linear in the length of the text, and leave text without secrets as it is. What they take for
a secret, and what they cannot know, is in `docs/privacy.md`.
"""

from celltrail.masking.names import is_secret_name
from celltrail.masking.shapes import MASK
from celltrail.masking.sources import mask_source
from celltrail.masking.texts import mask_text, mask_value

__all__ = ["MASK", "is_secret_name", "mask_source", "mask_text", "mask_value"]
