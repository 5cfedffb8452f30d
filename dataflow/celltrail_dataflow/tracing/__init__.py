"""What cells really do, observed while they run.

`watching` hears from the interpreter which names the notebook's own code touches, `touches` makes
reads and writes of that, `fingerprints` looks at the objects behind the touched names after the
cell, `versions` remembers them, `hidden` follows state without a name, and `tracer` puts it all
together.
"""
