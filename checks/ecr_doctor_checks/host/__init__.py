"""Checks of the stage `host`."""
