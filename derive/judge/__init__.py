"""What others claim: formulas derived by hand, read, judged, and their mistakes named."""
