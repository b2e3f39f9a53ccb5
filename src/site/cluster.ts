/** Passes over the data after which centres hardly move. */
const PASSES = 12;

/**
 * Groups rows round `k` centres by spherical k-means; the same rows give the same groups.
 *
 * Shapes   vectors: rows × dim, of length 1. Result: for each cell its rows, ascending; empty cells are left out.
 * Cost     12 × rows × k × dim multiply-adds.
 * Source   Dhillon & Modha 2001. The first centres are rows at even distances in the order given: documents come in
 *          the order of the site, so these already lie apart.
 */
export function cluster(vectors: Float32Array, dim: number, k: number): number[][] {
  const rows = vectors.length / dim;
  const centres = new Float32Array(k * dim);
  for (let cell = 0; cell < k; cell++) {
    const row = Math.floor((cell * rows) / k);
    centres.set(vectors.subarray(row * dim, (row + 1) * dim), cell * dim);
  }
  const owner = new Uint32Array(rows);
  for (let pass = 0; pass < PASSES; pass++) {
    const moved = assign(vectors, centres, dim, owner);
    if (pass > 0 && moved === 0) break;
    recentre(vectors, centres, dim, owner);
  }
  const cells = Array.from({ length: k }, (): number[] => []);
  for (const [row, cell] of owner.entries()) cells[cell]!.push(row);
  return cells.filter((cell) => cell.length > 0);
}

function assign(vectors: Float32Array, centres: Float32Array, dim: number, owner: Uint32Array): number {
  let moved = 0;
  for (let row = 0; row < owner.length; row++) {
    let best = 0;
    let most = Number.NEGATIVE_INFINITY;
    for (let cell = 0; cell * dim < centres.length; cell++) {
      let sum = 0;
      for (let i = 0; i < dim; i++) sum += vectors[row * dim + i]! * centres[cell * dim + i]!;
      if (sum > most) {
        most = sum;
        best = cell;
      }
    }
    if (owner[row] !== best) moved++;
    owner[row] = best;
  }
  return moved;
}

/** Each centre becomes the direction of its rows' sum; one without rows stays where it is. */
function recentre(vectors: Float32Array, centres: Float32Array, dim: number, owner: Uint32Array): void {
  const sums = new Float32Array(centres.length);
  for (const [row, cell] of owner.entries()) {
    for (let i = 0; i < dim; i++) sums[cell * dim + i]! += vectors[row * dim + i]!;
  }
  for (let at = 0; at < sums.length; at += dim) {
    let squares = 0;
    for (let i = at; i < at + dim; i++) squares += sums[i]! ** 2;
    if (squares === 0) continue;
    const length = Math.sqrt(squares);
    for (let i = at; i < at + dim; i++) centres[i] = sums[i]! / length;
  }
}
