"""Checks of the stage `registry`."""
