"""Build the site from a bare checkout: ``python docs/build_site.py`` or ``make docs``.

Three steps, each skipped where it is done: MathJax comes from npm (``docs/package.json``), lessons that were not run
since they were changed are run, Sphinx writes ``build/docs``. Warnings are errors.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from pathlib import Path

DOCS = Path(__file__).resolve().parent
ROOT = DOCS.parent
NPM = ROOT / "build" / "npm"
OUT = ROOT / "build" / "docs"
#: a loaded machine may take its time; that lessons keep theirs is for learnmr course run to say
TIME_LIMIT_S = 900.0

sys.path.insert(0, str(DOCS / "_ext"))


def bring_mathjax() -> None:
    """Install what ``package-lock.json`` names, by hash, where it is not there yet.

    Raises
    ------
    SystemExit
        If npm is absent or fails; the message says what to install.
    """
    files = ("package.json", "package-lock.json")
    if all((NPM / name).is_file() and (NPM / name).read_bytes() == (DOCS / name).read_bytes() for name in files):
        return
    npm = shutil.which("npm")
    if npm is None:
        raise SystemExit("the site needs npm, which brings MathJax. Install it (Debian, Ubuntu: apt-get install npm)")
    shutil.rmtree(NPM, ignore_errors=True)
    staging = NPM.with_name("npm-unfinished")
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(parents=True)
    for name in files:
        shutil.copyfile(DOCS / name, staging / name)
    print("bringing MathJax with npm", flush=True)
    done = subprocess.run([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], cwd=staging)
    if done.returncode != 0:
        raise SystemExit(f"npm ci ended with exit code {done.returncode}")
    staging.rename(NPM)


def run_lessons() -> None:
    """Run the solution notebooks that cannot be shown as they are.

    Raises
    ------
    SystemExit
        If one fails; the message says where.
    """
    from learnmr_site.lesson_pages import COURSE, executed_path, trouble_with

    from learnmr.course.building import notebook_path, render_course
    from learnmr.course.execution import run_course
    from learnmr.course.lessons import read_course

    rendered = render_course(COURSE, variants=("solution",))
    texts = {lesson: rendered[notebook_path(lesson, "solution", COURSE)] for lesson in read_course(COURSE)}
    for lesson, text in texts.items():
        trouble = trouble_with(executed_path(lesson), text)
        if trouble is None:
            continue
        print(f"running {lesson.slug}: {trouble}", flush=True)
        run_course(
            COURSE,
            variants=("solution",),
            lessons=(lesson.slug,),
            time_limit_s=TIME_LIMIT_S,
            tell=lambda line: print(line, flush=True),
        )
        trouble = trouble_with(executed_path(lesson), text)
        if trouble is not None:
            raise SystemExit(f"{lesson.slug} cannot be shown: {trouble}")


def write_site(*, fresh: bool = False, feedback_mail: str = "") -> None:
    """Let Sphinx write the pages.

    Raises
    ------
    SystemExit
        If there is a warning.
    """
    from sphinx.cmd.build import main as sphinx_build

    arguments = ["-b", "html", "-W", "--keep-going", "-q", "-d", str(OUT.with_name("docs-doctrees"))]
    arguments += ["-E", "-a"] if fresh else []
    arguments += ["-D", f"learnmr_feedback_mail={feedback_mail}"] if feedback_mail else []
    code = sphinx_build([*arguments, str(DOCS), str(OUT)])
    if code != 0:
        raise SystemExit(code)
    print(f"the site: {(OUT / 'index.html').relative_to(ROOT)}")


def main() -> None:
    """All three steps."""
    parser = argparse.ArgumentParser(description="Build the site into build/docs.")
    parser.add_argument("--fresh", action="store_true", help="write every page anew")
    parser.add_argument("--feedback-mail", default="", help="who gets the mails of the feedback page")
    chosen = parser.parse_args()
    bring_mathjax()
    run_lessons()
    write_site(fresh=chosen.fresh, feedback_mail=chosen.feedback_mail)


if __name__ == "__main__":
    main()
