"""The statements for the deploy role that `docs/permissions.md` of a project has ready."""

import re

from helpers.support import Project


def blocks(project: Project) -> tuple[str, dict[str, str]]:
    """Return the policy to add to the role, and the statements for it by heading, as `docs/permissions.md` has them."""
    page = project.files()["docs/permissions.md"]
    (policy,) = re.findall(r"```yaml\n(  AddedPolicy:\n.*?)```\n", page, re.DOTALL)
    headings = page.split("\n## ")[1:]
    return policy, {each.splitlines()[0]: each.partition("```yaml\n")[2].partition("```")[0] for each in headings}


def with_statements(project: Project, *headings: str) -> str:
    """Return the role of `project` with the statements under `headings`."""
    policy, statements = blocks(project)
    added = policy + "".join(statements[each] for each in headings)
    return project.files()["deploy-role.yaml"].replace("\nOutputs:\n", f"\n{added}\nOutputs:\n")
