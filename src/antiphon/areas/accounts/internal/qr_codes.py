"""Texts as QR codes, for cameras to read."""

import io


def qr_svg(text: str) -> str:
    """The QR code of a text as SVG that grows to the place it is given. Dark on light, whatever the page is like."""
    # Loaded at the first need: most processes never draw one.
    import segno

    drawn = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        drawn, "svg", border=3, dark="#000", light="#fff", omitsize=True, xmldecl=False, svgclass=None, lineclass=None
    )
    return drawn.getvalue().decode().strip()
