"""Finds, plans and runs the checks, and names the root cause."""
