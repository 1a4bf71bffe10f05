"""Checks of the stage `image`."""
