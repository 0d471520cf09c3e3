"""Files of applicants and seats: how their rows are read, and what is wrong with one."""
