"""Traces of applications on the tables: spans, assessments, finding, changing and searching them.

A trace belongs to an experiment and is seen by who may read that. What cell runs read and wrote is
another thing, in `store/traces`.
"""
