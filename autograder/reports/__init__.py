"""Pages and tables for people, made from results alone: nothing hidden can reach them."""
