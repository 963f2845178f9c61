"""A generative grammar of our own, in English and in French."""
