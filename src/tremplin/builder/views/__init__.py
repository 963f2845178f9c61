"""Pages of the form builder: they translate between a browser and the services, and decide nothing."""
