"""Many runs that add up: a ledger of experiments, and what people and programs do together by it."""
