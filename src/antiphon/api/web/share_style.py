"""The look of the pages of shares, and what they may load."""

import base64
import hashlib

STYLE = """
:root { color-scheme: light dark; --line: color-mix(in oklab, currentColor 14%, transparent);
  --quiet: color-mix(in oklab, currentColor 66%, transparent); --accent: light-dark(#5b45b8, #b9a7ff);
  --raised: light-dark(#fff, #1d1c21); --danger: light-dark(#a8261c, #ff9d92) }
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 44rem; min-height: 100dvh; display: flex; flex-direction: column;
  padding: 2.5rem 1.25rem 2rem; font: 16px/1.5 system-ui, sans-serif;
  background: light-dark(#faf9f7, #131316); color: light-dark(#1b1a1e, #f1eff3) }
header { display: flex; gap: 1.5rem; align-items: flex-end; flex-wrap: wrap; margin-bottom: 1.75rem }
header > div { flex: 1 1 16rem; min-width: 0 }
header img { width: min(13rem, 60vw); aspect-ratio: 1; border-radius: 14px; object-fit: cover }
h1 { font-size: clamp(1.6rem, 5vw, 2.3rem); line-height: 1.15; letter-spacing: -.01em; margin: 0 0 .4rem;
  overflow-wrap: anywhere; text-wrap: balance }
p { margin: 0 0 .3rem; color: var(--quiet); overflow-wrap: anywhere; white-space: pre-line }
.words { margin-bottom: 1.5rem; color: inherit; max-width: 62ch }
ol { list-style: none; margin: 0; padding: 0 }
li { display: grid; grid-template-columns: 3.25rem minmax(0, 1fr) auto; gap: .1rem .9rem; align-items: center;
  padding: .8rem 0; border-top: 1px solid var(--line) }
li img { width: 3.25rem; aspect-ratio: 1; border-radius: 7px; object-fit: cover }
li strong { display: block; font-weight: 600; overflow-wrap: anywhere }
li.playing strong { color: var(--accent) }
li span { color: var(--quiet); overflow-wrap: anywhere }
li .end { text-align: right; white-space: nowrap }
li time { color: var(--quiet); font-variant-numeric: tabular-nums }
a { color: var(--accent) }
li a { display: inline-block; padding: .35rem 0 .35rem .75rem; font-size: .9rem }
audio, .player { grid-column: 1 / -1; width: 100%; margin-top: .55rem; height: 2.5rem }
audio:not([controls]) { display: none }
li:has(.player) time { display: none }
.player { display: flex; align-items: center; gap: .75rem }
.player button { flex: none; width: 2.5rem; min-height: 2.5rem; padding: 0; border-radius: 50%; display: grid;
  place-items: center }
.player button::before { content: ""; width: .85rem; height: .95rem; margin-left: .15rem; background: currentColor;
  clip-path: polygon(0 0, 100% 50%, 0 100%) }
.playing .player button::before { margin-left: 0;
  clip-path: polygon(0 0, 35% 0, 35% 100%, 0 100%, 0 0, 65% 0, 100% 0, 100% 100%, 65% 100%, 65% 0) }
.player input { flex: 1; min-width: 0; min-height: 2.5rem; padding: 0; border: 0; background: none;
  accent-color: var(--accent) }
.player span { flex: none; min-width: 6.2rem; text-align: right; font-size: .9rem; font-variant-numeric: tabular-nums }
form { display: grid; gap: .6rem; margin-top: 1.5rem; max-width: 22rem }
label { font-weight: 600 }
input, button { font: inherit; min-height: 2.75rem; padding: 0 .9rem; border: 1px solid var(--line);
  border-radius: 8px }
input { background: var(--raised); color: inherit; width: 100% }
input[aria-invalid] { border-color: var(--danger) }
button { border: 0; background: var(--accent); color: light-dark(#fff, #17131f); font-weight: 600; cursor: pointer }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
.wrong { color: var(--danger) }
li .wrong { grid-column: 1 / -1; margin: .4rem 0 0 }
li .wrong:empty { display: none }
main { flex: 1 }
main.alone { display: grid; align-content: center; padding-bottom: 4rem }
footer { margin-top: 2.5rem; color: var(--quiet); font-size: .9rem }
"""


def content_policy() -> str:
    """What the pages may load: their own style, known by its hash, and scripts, pictures and sound of this server.
    Their script may ask it why something does not sound."""
    digest = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; script-src 'self'; img-src 'self'; media-src 'self'; "
        "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
