"""What is captured of each cell run by default, each part with a switch in `settings`.

Nothing here changes, delays or keeps alive what the user's code works with.
"""
