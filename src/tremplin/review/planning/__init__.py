"""Whether everybody will be read: what is assumed, the season that follows from it, what would mend it. No database."""
