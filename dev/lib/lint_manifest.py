"""Is the manifest complete, and does it name exactly the files there are?"""

import re

from . import paths
from .template import read_manifest

REQUIRED = (
    "application",
    "author",
    "category",
    "data",
    "demo",
    "depends",
    "images",
    "license",
    "name",
    "summary",
    "version",
    "website",
)
EXPECTED = {"license": "LGPL-3", "application": True}
VERSION = re.compile(r"19\.0\.\d+\.\d+\.\d+")
DATA_FOLDERS = ("data", "report", "security", "views", "wizards")
DATA_SUFFIXES = {".xml", ".csv"}
ICON = "static/description/icon.png"


def check():
    """What is wrong with the manifest, one line each."""
    manifest = read_manifest()
    return [*_check_keys(manifest), *_check_files(manifest), *_check_assets(manifest)]


def _check_keys(manifest):
    for key in REQUIRED:
        if key not in manifest:
            yield f"key {key!r} is missing"
    for key, value in EXPECTED.items():
        if manifest.get(key) != value:
            yield f"key {key!r} is not {value!r}"
    if not VERSION.fullmatch(manifest.get("version", "")):
        yield "version is not 19.0.x.y.z"


def _check_files(manifest):
    """Every listed file exists, once; every data file is listed."""
    data, demo = manifest.get("data", []), manifest.get("demo", [])
    listed = [*data, *demo]
    for name in (*listed, *manifest.get("images", []), ICON):
        if not (paths.ROOT / name).is_file():
            yield f"{name} does not exist"
    for name in {name for name in listed if listed.count(name) > 1}:
        yield f"{name} is listed twice"
    for name in sorted(_data_files() - set(listed)):
        yield f"{name} is not listed"


def _data_files():
    return {
        str(path.relative_to(paths.ROOT))
        for folder in DATA_FOLDERS
        for path in (paths.ROOT / folder).rglob("*")
        if path.suffix in DATA_SUFFIXES
    }


def _check_assets(manifest):
    """Every asset pattern finds a file; what is in static/src is in a bundle."""
    patterns = list(_asset_patterns(manifest))
    bundled = set()
    for pattern in patterns:
        found = set(paths.ROOT.glob(pattern))
        if not found:
            yield f"asset {pattern} matches no file"
        bundled |= found
    sources = (paths.ROOT / "static/src").rglob("*")
    for path in sorted({path for path in sources if path.is_file()} - bundled):
        yield f"{path.relative_to(paths.ROOT)} is in no bundle"


def _asset_patterns(manifest):
    """The paths of our own files in the bundles, relative to the module."""
    prefix = f"{paths.MODULE}/"
    for entries in manifest.get("assets", {}).values():
        for entry in entries:
            path = entry if isinstance(entry, str) else entry[-1]
            if path.lstrip("/").startswith(prefix):
                yield path.lstrip("/").removeprefix(prefix)
