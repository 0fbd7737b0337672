"""Other systems that are measured beside this one by `benchmarks.peers`: one script each, in an environment of their own."""
