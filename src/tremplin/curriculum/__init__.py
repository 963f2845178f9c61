"""The curriculum in the box: units and labs, in English and French. `loader.labs()` and `units.units()` read it."""
