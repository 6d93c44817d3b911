"""The protocol of doc.go: a verb on a line of standard input, its timing as a line of JSON."""

import json
import sys
import time


def timed(run):
    """What run returns, and the seconds it took: on the clock, and of all cores."""
    start, cores = time.perf_counter(), time.process_time()
    out = run()
    return {"seconds": time.perf_counter() - start, "cpu": time.process_time() - cores}, out


def fastest(forms):
    """The fastest of a verb's forms, each run once: its name, its timing, and what it returned."""
    best = None
    for form, (run, _) in forms.items():
        timing, out = timed(run)
        if best is None or timing["seconds"] < best[1]["seconds"]:
            best = form, timing, out
        del out
    return best


def serve(verbs):
    """Answer until the input ends; verbs are forms by name, a form a pair of run and check."""
    chosen = {}
    for line in sys.stdin:
        name = line.strip()
        for verb in [name] if name else verbs:
            if verb in chosen:
                run, _ = verbs[verb][chosen[verb]]
                timing, out = timed(run)
                checks = {}
            else:
                chosen[verb], timing, out = fastest(verbs[verb])
                _, check = verbs[verb][chosen[verb]]
                checks = {"check": check(out)}
            answer = {"verb": verb, "rows": len(out), "form": chosen[verb], **timing, **checks}
            print(json.dumps(answer), flush=True)
            del out
