"""The fault table: real processes under load, everything around them failing, and what that cost whom."""
