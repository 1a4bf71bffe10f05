"""Causes and their symptoms: loading, matching, rendering."""
