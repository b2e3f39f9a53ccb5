const SVG = 'http://www.w3.org/2000/svg';

/** The mark: a point and the waves near it. */
export function brandMark(): SVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('class', 'brand-mark');
  svg.setAttribute('aria-hidden', 'true');
  for (const d of [
    'M6 12h.01',
    'M9.5 7.5a6.4 6.4 0 0 1 0 9',
    'M13.5 4.5a10.6 10.6 0 0 1 0 15',
    'M17.5 1.8a14.5 14.5 0 0 1 0 20.4',
  ]) {
    const path = document.createElementNS(SVG, 'path');
    path.setAttribute('d', d);
    svg.append(path);
  }
  return svg;
}
