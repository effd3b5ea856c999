"""Who a claim is about, and who may see it."""
