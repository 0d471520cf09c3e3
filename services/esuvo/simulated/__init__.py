"""The simulated people of ЕСУВО's side: the Ministry, and the commission's accidents."""
