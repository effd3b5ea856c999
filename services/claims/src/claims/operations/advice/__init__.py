"""What may be claimed before anything is: checks ahead, their receipts, what comes next."""
