"""What is free in a cluster: read by one process, asked for by the hub."""
