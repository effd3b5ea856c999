"""Who may ask what of the figures (design §7, requirements §2.M)."""

FIGURE_READERS = ("prime-manager", "prime-finance", "council-oversight", "council-verifier", "council-finance")
SEE_EVERY_PROVIDER = ("prime-manager", "council-oversight")
SEE_THE_PARTNERSHIP = ("investor", "lcf-officer")
