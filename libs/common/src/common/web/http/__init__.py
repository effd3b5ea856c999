"""HTTP as its standards say: tags and conditions, what is taken and how it is read, headers, addresses, patience."""
