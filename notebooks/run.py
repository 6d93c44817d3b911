#!/usr/bin/env python3
"""Execute notebooks from scratch, and compare what they show with what is committed.

Usage: run.py [--update] NOTEBOOK…

Each notebook has a kernel of its own, in the notebook's folder. A cell that fails, fails the run. So
does an output that is not the committed one, unless --update writes it. Run it by "make notebooks",
which installs what it needs.
"""

import argparse
import difflib
import pathlib
import re
import sys
import time

import nbclient
import nbformat


def execute(path):
    """Return the notebook with the outputs of a fresh execution, and without what differs between machines."""
    notebook = nbformat.read(path, as_version=4)
    if dead := dead_links(notebook, path.parent):
        sys.exit(f"{path.name} links to what is not there: {', '.join(dead)}")
    nbclient.NotebookClient(
        notebook, kernel_name="gonb", startup_timeout=300, timeout=600, record_timing=False,
        resources={"metadata": {"path": str(path.parent)}},
    ).execute()
    notebook.metadata = nbformat.from_dict({
        "kernelspec": {"display_name": "Go (gonb)", "language": "go", "name": "gonb"},
        "language_info": {"file_extension": ".go", "mimetype": "text/x-go", "name": "go"},
    })
    for cell in notebook.cells:
        cell.metadata = nbformat.from_dict({})
        if cell.cell_type == "code":
            cell.outputs = merge(cell.outputs)
            for output in cell.outputs:
                # A program that ends with an error is none to the kernel, which shows what it said.
                if output.get("name") == "stderr":
                    sys.exit(f"{path.name}: a cell failed:\n{cell.source}\n\n{output.text}")
    return nbformat.writes(notebook) + "\n"


def dead_links(notebook, folder):
    """Return the links of a notebook's text to files that are not there."""
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    return [link for link in re.findall(r"\]\(([^)#:]+)[)#]", text) if not (folder / link).exists()]


def merge(outputs):
    """Return the outputs with the pieces in which text arrived, which are others each time, put together."""
    merged = []
    for output in outputs:
        if merged and output.output_type == merged[-1].output_type == "stream" and output.name == merged[-1].name:
            merged[-1].text += output.text
        else:
            merged.append(output)
    return merged


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--update", action="store_true", help="write the outputs into the notebooks")
    parser.add_argument("notebooks", nargs="+", type=pathlib.Path)
    args = parser.parse_args()

    stale = []
    for path in args.notebooks:
        begin = time.monotonic()
        try:
            fresh = execute(path.resolve())  # which ends the kernel also when it is interrupted
        except nbclient.exceptions.CellExecutionError as failure:
            sys.exit(f"{path}: {failure}")
        print(f"{time.monotonic() - begin:6.1f} s  {path.name}", flush=True)
        committed = path.read_text(encoding="utf-8")
        if fresh == committed:
            continue
        if args.update:
            path.write_text(fresh, encoding="utf-8")
            continue
        stale.append(path.name)
        lines = difflib.unified_diff(committed.splitlines(), fresh.splitlines(), "committed", "executed", n=0, lineterm="")
        for _, line in zip(range(20), lines):
            print("  " + line[:160])
    if stale:
        sys.exit(f"not what an execution shows: {', '.join(stale)}; make notebooks UPDATE=1 writes it")


if __name__ == "__main__":
    main()
