"""Lets stock nbgrader work on this course: `nbgrader generate_assignment` gives what `engineroom build` gives."""

from autograder.notebooks.nbgrader_release import RELEASE

c = get_config()  # noqa: F821 - nbgrader provides it

c.CourseDirectory.course_id = "hopline"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "exercises"
c.GenerateAssignment.preprocessors = RELEASE
# A deleted test cell costs its learner nothing: nbgrader puts it back, as our engine does.
c.OverwriteCells.add_missing_cells = True
