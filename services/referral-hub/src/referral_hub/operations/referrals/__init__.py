"""Referrals from their arrival to their end."""
