"""What a referral is found to need."""
