/** Reads one telling colour and four corner colours out of a picture, in OKLCH. */
export interface ArtworkColour {
  /** Degrees. */
  hue: number;
  chroma: number;
  /** Top left, top right, bottom left, bottom right, as CSS colours. */
  corners: string[];
}

const SIDE = 24;
const HUE_BINS = 24;
const LEAST_CHROMA = 0.035;
const MOST_CHROMA = 0.15;
const GREY_BELOW = 0.02;

interface Lab {
  light: number;
  a: number;
  b: number;
}

function linear(channel: number): number {
  const value = channel / 255;
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

/** sRGB bytes to OKLab, after Björn Ottosson. */
export function labOf(red: number, green: number, blue: number): Lab {
  const [r, g, b] = [linear(red), linear(green), linear(blue)];
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return {
    light: 0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    a: 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    b: 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  };
}

const chromaOf = (lab: Lab) => Math.hypot(lab.a, lab.b);
const hueOf = (lab: Lab) => ((Math.atan2(lab.b, lab.a) * 180) / Math.PI + 360) % 360;

function mean(labs: Lab[]): Lab {
  const sum = labs.reduce((all, lab) => ({ light: all.light + lab.light, a: all.a + lab.a, b: all.b + lab.b }), {
    light: 0,
    a: 0,
    b: 0,
  });
  const count = Math.max(1, labs.length);
  return { light: sum.light / count, a: sum.a / count, b: sum.b / count };
}

/** The strongest hue counts, weighted by how colourful and how far from black and white its pixels are. */
export function accentOf(labs: Lab[]): { hue: number; chroma: number } {
  const bins: Lab[][] = Array.from({ length: HUE_BINS }, () => []);
  const weights = new Array<number>(HUE_BINS).fill(0);
  for (const lab of labs) {
    const chroma = chromaOf(lab);
    if (chroma < GREY_BELOW) continue;
    const bin = Math.floor((hueOf(lab) / 360) * HUE_BINS) % HUE_BINS;
    bins[bin]?.push(lab);
    weights[bin] = (weights[bin] ?? 0) + chroma * (1 - Math.abs(lab.light - 0.6));
  }
  const strongest = weights.indexOf(Math.max(...weights));
  const chosen = bins[strongest] ?? [];
  if (chosen.length < labs.length * 0.02) return { hue: 285, chroma: LEAST_CHROMA };
  const lab = mean(chosen);
  return { hue: hueOf(lab), chroma: Math.min(MOST_CHROMA, Math.max(LEAST_CHROMA, chromaOf(lab) * 1.15)) };
}

function css(lab: Lab): string {
  const chroma = Math.min(0.13, chromaOf(lab));
  return `oklch(${Math.min(0.62, Math.max(0.24, lab.light)).toFixed(3)} ${chroma.toFixed(3)} ${hueOf(lab).toFixed(1)})`;
}

function colourOfPixels(pixels: Uint8ClampedArray): ArtworkColour {
  const labs: Lab[] = [];
  for (let at = 0; at < pixels.length; at += 4) {
    labs.push(labOf(pixels[at] ?? 0, pixels[at + 1] ?? 0, pixels[at + 2] ?? 0));
  }
  const half = SIDE / 2;
  const corner = (right: boolean, below: boolean) =>
    mean(labs.filter((_, place) => place % SIDE >= half === right && Math.floor(place / SIDE) >= half === below));
  const corners = [corner(false, false), corner(true, false), corner(false, true), corner(true, true)].map(css);
  return { ...accentOf(labs), corners };
}

const known = new Map<string, Promise<ArtworkColour | null>>();

async function read(address: string): Promise<ArtworkColour | null> {
  const picture = new Image();
  picture.decoding = 'async';
  picture.src = address;
  try {
    await picture.decode();
  } catch {
    known.delete(address);
    return null;
  }
  const canvas = document.createElement('canvas');
  canvas.width = SIDE;
  canvas.height = SIDE;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) return null;
  context.drawImage(picture, 0, 0, SIDE, SIDE);
  return colourOfPixels(context.getImageData(0, 0, SIDE, SIDE).data);
}

/** The colour of a picture of this server; null when it cannot be read. */
export function artworkColour(address: string): Promise<ArtworkColour | null> {
  const running = known.get(address) ?? read(address);
  known.set(address, running);
  return running;
}
