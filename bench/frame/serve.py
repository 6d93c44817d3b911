"""The protocol of doc.go: a verb on a line of standard input, its timing as a line of JSON."""

import json
import sys
import time


def timed(run):
    start = time.perf_counter()
    out = run()
    return time.perf_counter() - start, out


def fastest(forms):
    """The name of the fastest of a verb's forms, each run twice."""
    seconds = {form: min(timed(run)[0] for _ in range(2)) for form, (run, _) in forms.items()}
    return min(seconds, key=seconds.get)


def serve(verbs):
    """Answer until the input ends; verbs are forms by name, a form a pair of run and check."""
    chosen = {}
    for line in sys.stdin:
        name = line.strip()
        for verb in [name] if name else verbs:
            first = verb not in chosen
            if first:
                chosen[verb] = fastest(verbs[verb])
            run, check = verbs[verb][chosen[verb]]
            seconds, out = timed(run)
            answer = {"verb": verb, "seconds": seconds, "rows": len(out), "form": chosen[verb]}
            if first:
                answer["check"] = check(out)
            print(json.dumps(answer), flush=True)
            del out
