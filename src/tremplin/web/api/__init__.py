"""The programming interface: read-only JSON under `/api/v1/`, for programs with a token and for the public."""
