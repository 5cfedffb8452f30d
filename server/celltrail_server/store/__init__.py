"""The metadata store: what it promises (`contract`), and the SQL databases that keep it (`sql`)."""
