"""Pages of applications: they translate between a browser and the services, and decide nothing."""
