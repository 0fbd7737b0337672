"""From a run to a submission: its organisms packed, with the mixer that makes one prediction of theirs."""
