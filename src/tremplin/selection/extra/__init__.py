"""Extra reads: one more read where it would most change who gets a place, as many as the programme file fixed before.

They go out in rounds, after the planned reads are in, and stop when the number is spent or when a round has moved
nobody from one band to another. Planned reads, and the promise that nobody stays unread, come first.
"""
