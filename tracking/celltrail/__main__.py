"""`python -m celltrail`."""

from celltrail.cli import main

raise SystemExit(main())
