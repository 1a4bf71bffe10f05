"""Checks of the stage `identity`."""
