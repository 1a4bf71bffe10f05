"""Checks of the stage `auth`."""
