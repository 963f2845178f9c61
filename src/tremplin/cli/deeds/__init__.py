"""What the commands do. Imported after Django is ready, and only for the command that was asked for."""
