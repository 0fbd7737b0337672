"""The one record of what was tried: experiments, claims, leases, verdicts, artifacts; the one door to Optuna."""
