"""Checks of the stage `network`."""
