"""People who come without a referral."""
