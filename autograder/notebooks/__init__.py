"""From the author's text file to the notebooks of instructor and learner."""
