"""The start of a server's pod, watched: how far it is, and why it does not get on."""
