"""A bar chart as SVG, readable on light and dark pages."""

from xml.sax.saxutils import escape

HEAD = """<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" \
role="img" aria-label="Wall time of each program, in seconds">
<style>
  text {{ font: 13px system-ui, sans-serif; fill: #57606a }}
  rect {{ fill: #8c959f }}
  .ours {{ fill: #0969da }}
  @media (prefers-color-scheme: dark) {{
    text {{ fill: #b1bac4 }}
    rect {{ fill: #6e7681 }}
    .ours {{ fill: #58a6ff }}
  }}
</style>
"""
LABEL, BARS, VALUE, STEP = 190, 400, 60, 24


def svg(bars):
    """Horizontal bars of (name, seconds), in the order given; the first is ours."""
    longest = max(seconds for _, seconds in bars)
    lines = []
    for i, (name, seconds) in enumerate(bars):
        y, length = i * STEP, max(seconds / longest * BARS, 1)
        ours = ' class="ours"' if i == 0 else ""
        lines.append(f'<text x="{LABEL - 10}" y="{y + 17}" text-anchor="end">{escape(name)}</text>'
                     f'<rect x="{LABEL}" y="{y + 4}" width="{length:.1f}" height="{STEP - 8}"{ours}/>'
                     f'<text x="{LABEL + length + 8:.1f}" y="{y + 17}">{seconds:.2f} s</text>')
    head = HEAD.format(width=LABEL + BARS + VALUE, height=len(bars) * STEP)
    return head + "\n".join(lines) + "\n</svg>\n"
