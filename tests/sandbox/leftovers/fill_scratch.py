# A checker that leaves files of all kinds in the folder it may write to.
import os

folder = os.environ["TMPDIR"]
for name in ("file", "x" * 255):
    os.close(os.open(os.path.join(folder, name), os.O_CREAT | os.O_WRONLY, 0))
for leave in (
    lambda: os.mkdir(os.path.join(folder, "folder"), 0),
    lambda: os.symlink("/etc/passwd", os.path.join(folder, "link")),
    lambda: os.link(os.path.join(folder, "file"), os.path.join(folder, "other")),
):
    try:
        leave()
    except OSError:
        pass
