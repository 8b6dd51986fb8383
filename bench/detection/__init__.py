"""How well detection sees, and how quickly: labelled traces of the simulator, scenario by scenario."""
