import { createRandom } from '../core/random.ts';
import type { Edges } from './graph.ts';
import type { Turn } from './turn.ts';

/*
 * How near two points count as is 1 / (1 + a d^2b), here with a = 1 and b = ¾: two square roots take the place of a power,
 * and the flatter curve keeps more neighbours than UMAP's a = 1.58, b = .90 (of scifact's 5,183 passages .37 of the ten
 * nearest for .31); flatter still (b = ½) and points lie in heaps that nothing can be pointed at in.
 */
/** Rows drawn at random that push for every one that pulls. */
const PUSHES = 5;
/**
 * With every pull a point also comes so much of its way nearer to the middle: rows without a tie to the others would drift
 * away otherwise and leave no room in the picture. Of scifact's ten nearest .365 are kept so, and .373 without.
 */
const HOMING = 0.003;
/** No step is longer, whatever the forces. */
const LONGEST = 4;

/** The power ¾. */
function threeQuarters(value: number): number {
  const root = Math.sqrt(value);
  return root * Math.sqrt(root);
}

/** More rows settle in fewer rounds, as each round has more steps. */
const roundsFor = (rows: number) => (rows <= 2500 ? 500 : rows <= 5000 ? 400 : rows <= 7500 ? 300 : 200);

/**
 * Moves points until rows that hold one another lie near and others do not, in place.
 *
 * Shapes   points: rows × 2, the layout to start from, some ten units wide.
 * Ties     equal input, equal output: what is random is drawn by a fixed seed.
 * Cost     rounds × edges × 6 steps of some ten operations, an edge taking part the more often the stronger it is.
 * Source   McInnes, Healy & Melville 2018, "UMAP", algorithm 5, with negative sampling.
 */
export async function arrange(points: Float32Array, { from, to, weights }: Edges, turn: Turn): Promise<void> {
  const rows = points.length / 2;
  const rounds = roundsFor(rows);
  const random = createRandom(7);
  let most = 0;
  for (const weight of weights) most = Math.max(most, weight);
  // Both ends of an edge pull, and each of them is pushed by others.
  const every = Float32Array.from(weights, (weight) => most / weight);
  const due = every.slice();

  const step = (head: number, dx: number, dy: number, force: number) => {
    points[2 * head]! += clip(force * dx);
    points[2 * head + 1]! += clip(force * dy);
  };
  const clip = (length: number) => Math.max(-LONGEST, Math.min(LONGEST, length)) * rate;
  let rate = 1;

  const pull = (head: number, tail: number) => {
    points[2 * head]! *= 1 - HOMING * rate;
    points[2 * head + 1]! *= 1 - HOMING * rate;
    const dx = points[2 * head]! - points[2 * tail]!;
    const dy = points[2 * head + 1]! - points[2 * tail + 1]!;
    const square = dx * dx + dy * dy;
    if (square > 0) {
      const force = -1.5 / (Math.sqrt(Math.sqrt(square)) * (1 + threeQuarters(square)));
      step(head, dx, dy, force);
      step(tail, dx, dy, -force);
    }
    for (let i = 0; i < PUSHES; i++) {
      const other = random.below(rows);
      if (other === head) continue;
      const ox = points[2 * head]! - points[2 * other]!;
      const oy = points[2 * head + 1]! - points[2 * other + 1]!;
      const square = ox * ox + oy * oy;
      // Two that lie on one another are parted in a direction of their own.
      if (square === 0) step(head, random.next() - 0.5, random.next() - 0.5, LONGEST);
      else step(head, ox, oy, 1.5 / ((0.001 + square) * (1 + threeQuarters(square))));
    }
  };

  for (let round = 0; round < rounds; round++) {
    rate = 1 - round / rounds;
    for (let e = 0; e < weights.length; e++) {
      if (due[e]! > round + 1 || every[e]! > rounds) continue;
      due[e]! += every[e]!;
      pull(from[e]!, to[e]!);
      pull(to[e]!, from[e]!);
    }
    await turn((round + 1) / rounds);
  }
}
