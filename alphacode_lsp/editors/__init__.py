"""What to put into an editor's own configuration, a file an editor."""
