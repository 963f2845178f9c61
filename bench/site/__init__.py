"""A small site on our real engine (server, queue, outbox), for kill tests and for what the stages do not decide."""
