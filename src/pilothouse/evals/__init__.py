"""Whether a change is better: experiments side by side, with the statistics of paired data."""
