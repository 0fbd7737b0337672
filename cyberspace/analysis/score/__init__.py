"""How well the organisms of a run predict a text that none of them was shown."""
