"""Pages of what is asked in confidence: they translate between a browser and the services, and decide nothing."""
