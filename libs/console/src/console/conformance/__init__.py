"""Whether a vendor's own program speaks with our services as it must, found by standing between the two.

The program does its own work, in a town that may be changed; here it is interrupted as services and networks interrupt,
everything that passes is kept, and each rule is held against it.
"""
