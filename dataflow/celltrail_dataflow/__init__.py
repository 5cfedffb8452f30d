"""Pure analysis of what cells read, write and change."""
