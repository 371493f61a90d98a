"""Text as the readers take it: normalised, segmented, with its dates."""
