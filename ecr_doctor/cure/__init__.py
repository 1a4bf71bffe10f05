"""What can be changed to make the pull work."""
