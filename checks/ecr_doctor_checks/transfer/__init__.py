"""Checks of the stage `transfer`."""
