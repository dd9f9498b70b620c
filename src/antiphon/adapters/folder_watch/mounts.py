"""Which file systems lie below a folder: those that other machines write to tell this one nothing."""

import re
from pathlib import Path

MOUNTS = Path("/proc/self/mountinfo")
REMOTE = frozenset(
    (
        *(
            "9p",
            "afs",
            "beegfs",
            "ceph",
            "cifs",
            "coda",
            "davfs",
            "glusterfs",
            "gfs2",
            "lustre",
            "ncpfs",
            "nfs",
            "nfs4",
        ),
        *("ocfs2", "orangefs", "prl_fs", "smb2", "smb3", "smbfs", "vboxsf", "virtiofs", "vmhgfs"),
    )
)
_ESCAPED = re.compile(r"\\([0-7]{3})")


def remote_file_system(folder: Path, mounts: Path = MOUNTS) -> str:
    """The type of the file system at `folder`, or of one that is mounted below it, where changes may come unheard (a
    network share, or one that a program serves); empty where none is."""
    try:
        lines = mounts.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return ""
    real = folder.resolve()
    own, own_length = "", -1
    for line in lines:
        fields = line.split(" ")
        if " - " not in line or len(fields) < 5:
            continue
        point = Path(_ESCAPED.sub(lambda match: chr(int(match[1], 8)), fields[4]))
        kind = line.partition(" - ")[2].split(" ")[0]
        if point != real and real in point.parents and _is_remote(kind):
            return kind
        # Of several mounts at one point the last one is seen.
        if (point == real or point in real.parents) and len(point.parts) >= own_length:
            own, own_length = kind, len(point.parts)
    return own if _is_remote(own) else ""


def _is_remote(kind: str) -> bool:
    return kind in REMOTE or kind.startswith("fuse.")
