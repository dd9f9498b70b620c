"""Covers: five ways to paint an abstract picture, in colours of their own."""

from __future__ import annotations

import io
import math
import random
from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

SIZE = 1000  # pixels a side
_LARGE = 2 * SIZE  # painted at twice the size, so that edges come out smooth
_LIMIT = 200_000  # bytes

Colour = tuple[int, int, int]
Palette = tuple[Colour, ...]


def paint_cover(kind: str, palette: Palette, seed: int) -> bytes:
    """A square JPEG of 1000 pixels and at most 200 kB. Raises KeyError for an unknown kind."""
    picture = _PAINTERS[kind](palette, random.Random(seed))
    picture = picture.resize((SIZE, SIZE), Image.Resampling.LANCZOS)
    for quality in (90, 84, 76, 66, 50):
        stored = io.BytesIO()
        picture.save(stored, "JPEG", quality=quality, optimize=True, progressive=True)
        if stored.tell() <= _LIMIT:
            break
    return stored.getvalue()


def _gradient(*stops: Colour) -> Image.Image:
    """Colours that melt into each other from above to below."""
    places = np.linspace(0, len(stops) - 1, _LARGE)
    column = np.stack(
        [np.interp(places, range(len(stops)), [stop[part] for stop in stops]) for part in range(3)], axis=1
    )
    return Image.fromarray(np.repeat(column[:, None, :], _LARGE, axis=1).astype(np.uint8))


def _grained(picture: Image.Image, strength: float, seed: int) -> Image.Image:
    """A little grain, soft enough to stay small as JPEG."""
    noise = np.random.default_rng(seed).standard_normal((_LARGE // 4, _LARGE // 4)) * strength
    grain = Image.fromarray((noise + 128).clip(0, 255).astype(np.uint8)).resize(picture.size, Image.Resampling.BILINEAR)
    values = np.asarray(picture, dtype=np.int16) + np.asarray(grain, dtype=np.int16)[:, :, None] - 128
    return Image.fromarray(values.clip(0, 255).astype(np.uint8))


def _glow(
    picture: Image.Image, centre: tuple[float, float], radius: float, colour: Colour, strength: float
) -> Image.Image:
    """Light around a point; places are parts of the side."""
    place = np.linspace(0, 1, _LARGE, dtype=np.float32)
    across, down = (np.exp(-((place - middle) ** 2) / np.float32(radius**2)) for middle in centre)
    light = np.outer(down, across) * np.float32(strength)
    values = np.asarray(picture, dtype=np.float32)
    mixed = values + (np.array(colour, dtype=np.float32) - values) * light[:, :, None]
    return Image.fromarray(mixed.clip(0, 255).astype(np.uint8))


def _paint_waves(palette: Palette, chance: random.Random) -> Image.Image:
    """Layers of sea below a lamp and its beam."""
    sky, horizon, lamp, *sea = palette
    picture = _glow(_gradient(sky, horizon), (0.68, 0.3), 0.32, lamp, 0.75)
    beam = Image.new("L", picture.size, 0)
    at = (0.68 * _LARGE, 0.3 * _LARGE)
    for width, light in ((0.2, 26), (0.11, 34)):
        ImageDraw.Draw(beam).polygon([at, (0, (0.34 - width) * _LARGE), (0, (0.34 + width) * _LARGE)], fill=light + 20)
    picture.paste(Image.new("RGB", picture.size, lamp), mask=beam.filter(ImageFilter.GaussianBlur(40)))
    draw = ImageDraw.Draw(picture)
    radius = 0.055 * _LARGE
    draw.ellipse((at[0] - radius, at[1] - radius, at[0] + radius, at[1] + radius), fill=lamp)
    steps = np.arange(0, _LARGE + 8, 8)
    for number, colour in enumerate(sea):
        base = (0.52 + 0.5 * (number / len(sea)) ** 1.15) * _LARGE
        first, second = chance.uniform(0, 6.3), chance.uniform(0, 6.3)
        swell = 0.03 * _LARGE * np.sin(steps / _LARGE * (5 + number) + first)
        swell += 0.012 * _LARGE * np.sin(steps / _LARGE * (13 + 2 * number) + second)
        outline = list(zip(steps.tolist(), (base + swell).tolist(), strict=True))
        draw.polygon([*outline, (_LARGE, _LARGE), (0, _LARGE)], fill=colour)
    return _grained(picture, 7, 1)


def _paint_steam(palette: Palette, chance: random.Random) -> Image.Image:
    """Ribbons that rise from a cup."""
    paper, cup, shade, *ribbons = palette
    picture = Image.new("RGB", (_LARGE, _LARGE), paper)
    picture = _glow(picture, (0.5, 0.75), 0.5, shade, 0.5)
    draw = ImageDraw.Draw(picture)
    heights = np.linspace(0.66, 0.02, 160)
    for number in range(26):
        phase, width = chance.uniform(0, 6.3), chance.uniform(0.004, 0.014)
        root = 0.5 + (number - 12.5) * 0.013
        rise = (0.66 - heights) / 0.64
        across = (
            root + (number - 12.5) * 0.022 * rise + 0.07 * rise * np.sin(heights * 11 + phase * 0.35 + number * 0.21)
        )
        thick = width * _LARGE * (1 - rise) + 2
        left = [(x * _LARGE - t, y * _LARGE) for x, y, t in zip(across, heights, thick, strict=True)]
        right = [(x * _LARGE + t, y * _LARGE) for x, y, t in zip(across, heights, thick, strict=True)]
        draw.polygon(left + right[::-1], fill=ribbons[number % len(ribbons)])
    side, top, low = 0.27 * _LARGE, 0.66 * _LARGE, 0.9 * _LARGE
    middle = _LARGE / 2
    handle = (middle + side * 0.55, top + 0.015 * _LARGE, middle + side * 1.4, top + 0.165 * _LARGE)
    draw.arc(handle, 0, 360, cup, int(0.028 * _LARGE))
    draw.pieslice((middle - side, top - (low - top), middle + side, low), 0, 180, cup)
    draw.ellipse((middle - side, top - 0.02 * _LARGE, middle + side, top + 0.02 * _LARGE), fill=shade)
    draw.rounded_rectangle((middle - side * 1.25, low + 6, middle + side * 1.25, low + 0.03 * _LARGE), 40, fill=cup)
    return _grained(picture, 6, 2)


def _paint_night(palette: Palette, chance: random.Random) -> Image.Image:
    """A striped sun over water that mirrors it."""
    dark, violet, pink, sun, gleam = palette
    picture = _gradient(dark, violet, pink, dark, dark)
    draw = ImageDraw.Draw(picture)
    for _ in range(140):
        x, y = chance.uniform(0, _LARGE), chance.uniform(0, 0.4 * _LARGE)
        size = chance.choice((1.5, 2, 2, 3.5))
        draw.ellipse((x - size, y - size, x + size, y + size), fill=gleam)
    disc = Image.new("L", picture.size, 0)
    pen = ImageDraw.Draw(disc)
    middle, radius, line = 0.5 * _LARGE, 0.25 * _LARGE, 0.58 * _LARGE
    pen.ellipse((middle - radius, line - 1.5 * radius, middle + radius, line + 0.5 * radius), fill=255)
    for number in range(7):
        top = line - 0.75 * radius + number * 0.19 * radius
        pen.rectangle((0, top, _LARGE, top + (0.02 + 0.013 * number) * radius * 2), fill=0)
    pen.rectangle((0, line, _LARGE, _LARGE), fill=0)
    picture.paste(_gradient(sun, sun, pink, pink), mask=disc)
    draw = ImageDraw.Draw(picture)
    for number in range(44):
        depth = (number / 44) ** 1.6
        y = line + 6 + depth * (0.4 * _LARGE)
        half = radius * (0.95 - 0.25 * depth) * chance.uniform(0.25, 1.0)
        shift = chance.uniform(-0.12, 0.12) * radius * (1 + depth)
        colour = tuple(round(a + (b - a) * depth) for a, b in zip(sun, violet, strict=True))
        draw.rounded_rectangle((middle + shift - half, y, middle + shift + half, y + 4 + 12 * depth), 6, fill=colour)
    return _glow(_grained(picture, 6, 3), (0.5, 0.5), 0.4, pink, 0.22)


def _paint_moss(palette: Palette, chance: random.Random) -> Image.Image:
    """Quarter circles on a grid, like circuits that something has grown over."""
    ground, *greens = palette
    picture = Image.new("RGB", (_LARGE, _LARGE), ground)
    draw = ImageDraw.Draw(picture)
    cells = 8
    side = _LARGE // cells
    for row in range(cells):
        for column in range(cells):
            x, y = column * side, row * side
            far = math.hypot(column - 4.6, row - 2.6) / 6
            tone = min(len(greens) - 1, max(0, int(far * len(greens) + chance.uniform(-0.7, 0.7))))
            draw.rectangle((x, y, x + side, y + side), fill=greens[tone])
            centre = chance.choice(((x, y), (x + side, y), (x, y + side), (x + side, y + side)))
            start = {(x, y): 0, (x + side, y): 90, (x + side, y + side): 180, (x, y + side): 270}[centre]
            for ring, part in enumerate((1.0, 0.72, 0.44, 0.16)):
                reach = part * side
                colour = greens[(tone + 1 + ring) % len(greens)] if ring % 2 == 0 else ground
                draw.pieslice(
                    (centre[0] - reach, centre[1] - reach, centre[0] + reach, centre[1] + reach),
                    start,
                    start + 90,
                    colour,
                )
    return _grained(_glow(picture, (0.58, 0.32), 0.5, (250, 255, 235), 0.22), 8, 4)


def _paint_roofs(palette: Palette, chance: random.Random) -> Image.Image:
    """Discs of thin colour over a skyline, and the rings of a transmitter."""
    sky, glow, roof, wire, *discs = palette
    picture = _gradient(sky, glow)
    for _ in range(11):
        x, y, radius = chance.uniform(0.05, 0.95), chance.uniform(0.05, 0.62), chance.uniform(0.07, 0.2)
        mask = Image.new("L", picture.size, 0)
        box = tuple(round(value * _LARGE) for value in (x - radius, y - radius, x + radius, y + radius))
        ImageDraw.Draw(mask).ellipse(box, fill=105)
        picture.paste(Image.new("RGB", picture.size, chance.choice(discs)), mask=mask)
    draw = ImageDraw.Draw(picture)
    mast_x, mast_y = 0.64 * _LARGE, 0.42 * _LARGE
    for number in range(1, 7):
        reach = number * 0.052 * _LARGE
        draw.arc((mast_x - reach, mast_y - reach, mast_x + reach, mast_y + reach), 205, 335, wire, 12)
    draw.line((mast_x, mast_y, mast_x, 0.8 * _LARGE), wire, 14)
    x = 0.0
    while x < _LARGE:
        width, height = chance.uniform(0.07, 0.17) * _LARGE, chance.uniform(0.68, 0.86) * _LARGE
        shade = tuple(round(part * chance.uniform(0.75, 1.0)) for part in roof)
        peak = height - 0.05 * _LARGE if chance.random() < 0.5 else height
        draw.polygon(
            [(x, _LARGE), (x, height), (x + width / 2, peak), (x + width, height), (x + width, _LARGE)], fill=shade
        )
        for _ in range(3):
            left, top = x + chance.uniform(0.15, 0.7) * width, height + chance.uniform(0.03, 0.2) * _LARGE
            draw.rectangle((left, top, left + 26, top + 38), fill=glow)
        x += width
    return _grained(picture, 6, 5)


_PAINTERS: dict[str, Callable[[Palette, random.Random], Image.Image]] = {
    "waves": _paint_waves,
    "steam": _paint_steam,
    "night": _paint_night,
    "moss": _paint_moss,
    "roofs": _paint_roofs,
}
KINDS = tuple(_PAINTERS)
