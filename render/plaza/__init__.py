"""The plaza: a small space drawn as a world one can walk in, in one, two or three dimensions, with its job board."""
