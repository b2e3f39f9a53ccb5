// The inner loops of a BERT encoder in AssemblyScript, compiled by ../../../../tools/build/kernels.ts with and without relaxed
// SIMD over a memory that threads may share. Every function has a twin in ../plain.ts that gives the same bits.
export { attend } from './attention';
export { multiply, pack, quantise } from './matrix';
export { addNorm, lookUp } from './rows';
