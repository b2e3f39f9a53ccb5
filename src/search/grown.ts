/** Copies an array to the beginning of a larger one, and returns that. */
export function grown<A extends Uint8Array | Uint32Array | Int32Array>(from: A, larger: A): A {
  larger.set(from);
  return larger;
}
