// The kernels in AssemblyScript: TypeScript's syntax over addresses in one linear memory, compiled to WebAssembly SIMD
// by ../../../tools/build/kernels.ts, once with relaxed SIMD and once without. Every function has a twin in ../plain.ts
// that gives the same bits. No classes, no allocation: the caller owns the memory.
export { scanFloat32, scoreFloat32 } from './float32';
export { prepareInt4, refineInt4, scanInt4 } from './int4';
export { prepareInt8, refineInt8, scanInt8 } from './int8';
export { findNear } from './outlines';
export { packInt4, packInt8 } from './pack';
export { addImpacts, gather, raiseLists, scoreRows } from './postings';
export { multiply, multiplyTransposed } from './product';
export { foldQuery, scanSegments } from './scan';
export { moments, select, selectListed, tally } from './select';
export { prepareSigns } from './sign-table';
export { listAbove, packSigns, scanSigns, selectTops } from './signs';
export { sum } from './sum';
