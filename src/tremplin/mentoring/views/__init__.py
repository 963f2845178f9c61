"""Pages of mentoring: offers and wishes, pairs, check-ins, raised hands."""
