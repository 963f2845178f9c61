"""What people can do in confidence."""
