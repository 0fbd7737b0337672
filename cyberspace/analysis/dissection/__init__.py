"""What parts of an organism are for: knock-outs, differences between genomes, and a lesson step by step."""
