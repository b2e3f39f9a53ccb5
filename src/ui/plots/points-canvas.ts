import { FAINT, fitCanvas, type Look, type Painter } from './points.ts';

/** From so many points on squares take the place of circles, which cost several times as much. */
const MANY = 20_000;

/** For browsers without WebGL 2: the same picture, point by point. */
export function canvasPainter(): Painter {
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d');
  let points = new Float32Array();
  let tones = new Uint8Array();

  return {
    canvas,
    take(newPoints, newTones) {
      points = newPoints as Float32Array<ArrayBuffer>;
      tones = newTones as Uint8Array<ArrayBuffer>;
    },
    draw(camera, size, look) {
      const ratio = fitCanvas(canvas, size);
      if (!context) return;
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      context.clearRect(0, 0, size.width, size.height);
      let last = -1;
      for (const [i, tone] of tones.entries()) {
        const x = (points[2 * i]! - camera.x) * camera.scale + size.width / 2;
        const y = (points[2 * i + 1]! - camera.y) * camera.scale + size.height / 2;
        if (x < -10 || y < -10 || x > size.width + 10 || y > size.height + 10) continue;
        if (tone !== last) {
          context.fillStyle = styleOf(tone, look);
          last = tone;
        }
        const diameter = tone === 0 || tone >= FAINT ? look.diameter * 0.8 : look.diameter;
        if (tones.length > MANY) context.fillRect(x - diameter / 2, y - diameter / 2, diameter, diameter);
        else {
          context.beginPath();
          context.arc(x, y, diameter / 2, 0, 2 * Math.PI);
          context.fill();
        }
      }
    },
    dispose: () => canvas.remove(),
  };
}

function styleOf(tone: number, { colours, strength }: Look): string {
  const isFaint = tone >= FAINT;
  const own = isFaint ? tone - FAINT : tone;
  const much = (own === 0 ? 0.6 : 0.9) * (isFaint ? 0.15 : strength);
  const [red, green, blue] = colours[own]!.map((share) => Math.round(share * 255));
  return `rgb(${red} ${green} ${blue} / ${much})`;
}
