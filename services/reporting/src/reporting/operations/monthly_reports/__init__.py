"""Each month's report, submitted, corrected and accepted."""
