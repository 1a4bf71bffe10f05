"""Checks of the stage `client`."""
