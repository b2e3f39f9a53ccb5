/** The colours of the map's groups can be told apart, whatever a person's colour vision. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

type Triple = readonly [number, number, number];
/** Linear RGB as it is seen: Machado, Oliveira & Fernandes 2009, severity 1. */
const VISION: Readonly<Record<string, readonly Triple[]>> = {
  ordinary: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};
const times = (rows: readonly Triple[], [x, y, z]: Triple): Triple =>
  rows.map(([a, b, c]) => a * x + b * y + c * z) as unknown as Triple;

function linear(hex: string): Triple {
  return [1, 3, 5].map((at) => {
    const share = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as unknown as Triple;
}
/** Ottosson 2020, "A perceptual color space for image processing": equal distances look equal. */
function oklab(rgb: Triple): Triple {
  const cones = times(
    [
      [0.4122214708, 0.5363325363, 0.0514459929],
      [0.2119034982, 0.6806995451, 0.1073969566],
      [0.0883024619, 0.2817188376, 0.6299787005],
    ],
    rgb,
  ).map((value) => Math.cbrt(Math.max(0, value))) as unknown as Triple;
  return times(
    [
      [0.2104542553, 0.793617785, -0.0040720468],
      [1.9779984951, -2.428592205, 0.4505937099],
      [0.0259040371, 0.7827717662, -0.808675766],
    ],
    cones,
  );
}
const light = ([red, green, blue]: Triple) => 0.2126 * red + 0.7152 * green + 0.0722 * blue;

const style = (name: string) => readFileSync(new URL(`../../src/ui/styles/${name}.css`, import.meta.url), 'utf8');
const pairs = [...style('map').matchAll(/--nf-map-(\d): light-dark\((#\w{6}), (#\w{6})\)/g)];

/** A colour of `tokens.css`, in one of the two themes. */
function token(name: string, theme: number): Triple {
  const [, pair] = new RegExp(`--nf-${name}: light-dark\\((.+)\\);`).exec(style('tokens'))!;
  const [, lightness, chroma, hue] = [...pair!.matchAll(/oklch\(([\d.]+) ([\d.]+) ([\d.]+)\)/g)][theme]!.map(Number);
  const [a, b] = [chroma! * Math.cos((hue! * Math.PI) / 180), chroma! * Math.sin((hue! * Math.PI) / 180)];
  const cones = [
    lightness! + 0.3963377774 * a + 0.2158037573 * b,
    lightness! - 0.1055613458 * a - 0.0638541728 * b,
    lightness! - 0.0894841775 * a - 1.291485548 * b,
  ].map((value) => value ** 3) as unknown as Triple;
  return times(
    [
      [4.0767416621, -3.3077115913, 0.2309699292],
      [-1.2684380046, 2.6097574011, -0.3413193965],
      [-0.0041960863, -0.7034186147, 1.707614701],
    ],
    cones,
  );
}

test.each(['light', 'dark'])('in the %s theme', (name) => {
  const theme = name === 'light' ? 0 : 1;
  expect(pairs.map(([, tone]) => tone)).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8']);
  const colours = [...pairs.map((pair) => linear(pair[2 + theme]!)), token('accent', theme)];
  for (const [vision, rows] of Object.entries(VISION)) {
    const seen = colours.map((colour) => oklab(times(rows, colour)));
    for (const [i, a] of seen.entries()) {
      for (const [j, b] of seen.entries()) {
        if (j <= i) continue;
        const distance = Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
        expect(distance, `colours ${i} and ${j} to someone with ${vision}`).toBeGreaterThan(0.07);
      }
    }
  }
  for (const [i, colour] of colours.entries()) {
    if (i === 0) continue; // the rest is in the background
    const [a, b] = [light(colour), light(token('raised', theme))].sort((x, y) => y - x) as [number, number];
    expect((a + 0.05) / (b + 0.05), `colour ${i}`).toBeGreaterThan(3);
  }
});
