"""A hub on one machine: `celltrail up`."""
