"""What a person can do about their own account."""
