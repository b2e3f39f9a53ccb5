import { fitCanvas, type Painter, TONES } from './points.ts';

const VERTEX = `#version 300 es
in vec2 place;
in float tone;
uniform vec2 middle;
uniform vec2 scale;
uniform float diameter;
uniform float strength;
uniform vec3 colours[${TONES + 1}];
out vec4 colour;
void main() {
  bool faint = tone > 15.5;
  int own = int(tone + 0.5) - (faint ? 16 : 0);
  gl_Position = vec4((place - middle) * scale, 0.0, 1.0);
  gl_PointSize = faint || own == 0 ? max(2.0, diameter * 0.8) : diameter;
  float much = (own == 0 ? 0.6 : 0.9) * (faint ? 0.15 : strength);
  colour = vec4(colours[own] * much, much);
}`;

const FRAGMENT = `#version 300 es
precision mediump float;
in vec4 colour;
out vec4 shown;
void main() {
  float far = length(gl_PointCoord - 0.5) * 2.0;
  float edge = fwidth(far);
  float inside = 1.0 - smoothstep(1.0 - edge, 1.0, far);
  if (inside <= 0.0) discard;
  shown = colour * inside;
}`;

/** Undefined where there is no WebGL 2. */
export function glPainter(onLost: () => void): Painter | undefined {
  const canvas = document.createElement('canvas');
  const gl = canvas.getContext('webgl2', { antialias: false, premultipliedAlpha: true });
  const program = gl && programOf(gl);
  if (!gl || !program) return undefined;
  canvas.addEventListener('webglcontextlost', onLost, { once: true });
  gl.useProgram(program);
  gl.enable(gl.BLEND);
  gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
  const uniform = (name: string) => gl.getUniformLocation(program, name);
  const [middle, scale, diameter, strength, colours] = ['middle', 'scale', 'diameter', 'strength', 'colours'].map(
    uniform,
  );
  const attribute = (name: string, size: number, type: number) => {
    const buffer = gl.createBuffer();
    const at = gl.getAttribLocation(program, name);
    gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
    gl.enableVertexAttribArray(at);
    gl.vertexAttribPointer(at, size, type, false, 0, 0);
    return (values: Float32Array | Uint8Array) => {
      gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
      gl.bufferData(gl.ARRAY_BUFFER, values, gl.STATIC_DRAW);
    };
  };
  const places = attribute('place', 2, gl.FLOAT);
  const tonesOf = attribute('tone', 1, gl.UNSIGNED_BYTE);
  let count = 0;

  return {
    canvas,
    take(points, tones) {
      count = tones.length;
      places(points);
      tonesOf(tones);
    },
    draw(camera, size, look) {
      const ratio = fitCanvas(canvas, size);
      gl.viewport(0, 0, canvas.width, canvas.height);
      gl.clearColor(0, 0, 0, 0);
      gl.clear(gl.COLOR_BUFFER_BIT);
      gl.uniform2f(middle!, camera.x, camera.y);
      gl.uniform2f(scale!, (2 * camera.scale) / size.width, (-2 * camera.scale) / size.height);
      gl.uniform1f(diameter!, look.diameter * ratio);
      gl.uniform1f(strength!, look.strength);
      gl.uniform3fv(colours!, look.colours.flat());
      gl.drawArrays(gl.POINTS, 0, count);
    },
    dispose() {
      canvas.removeEventListener('webglcontextlost', onLost);
      gl.getExtension('WEBGL_lose_context')?.loseContext();
      canvas.remove();
    },
  };
}

function programOf(gl: WebGL2RenderingContext): WebGLProgram | undefined {
  const program = gl.createProgram();
  for (const [type, source] of [
    [gl.VERTEX_SHADER, VERTEX],
    [gl.FRAGMENT_SHADER, FRAGMENT],
  ] as const) {
    const shader = gl.createShader(type);
    if (!shader) return undefined;
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  return gl.getProgramParameter(program, gl.LINK_STATUS) ? program : undefined;
}
