"""Who may log in, and by what."""
