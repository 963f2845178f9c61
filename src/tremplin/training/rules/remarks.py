"""What is said about code."""

REMARK = 2000
"""Characters at most of one remark."""
