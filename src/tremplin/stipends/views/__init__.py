"""Pages of stipends: the scholar's own, finance's board, one payment with its ledger."""
