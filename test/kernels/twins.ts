import fc from 'fast-check';
import { createKernels, type KernelForm } from '../../src/kernels/kernels.ts';
import type { Machine } from '../../src/kernels/segment.ts';

/**
 * Every kernel against its plain twin, byte for byte. Run for each form in Node, and by test/browser/kernels.test.ts in
 * Chromium, which has relaxed SIMD. A check throws when it fails.
 */
export const twins: Record<string, (form: KernelForm) => void> = {
  'scanInt4 scores as its twin does': (form) => checkScan(form, 'Int4'),
  'scanInt8 scores as its twin does': (form) => checkScan(form, 'Int8'),
  'scanInt4 is as near to the sum of products as a query in 7 bits can be': (form) => checkInt4(form),

  'scanFloat32 scores as its twin does': (form) => {
    compare(form, fc.record({ ...shape, fill: floats }), ({ quads, groups, seed, fill }, { memory, kernels }) => {
      const [bytes, count] = [groups * 512, quads * 4];
      const [query, rows, present, scores] = places(memory, bytes, count * bytes, count, count * 4);
      fill(memory.views.f32.subarray(query / 4, query / 4 + groups * 128), seed);
      fill(memory.views.f32.subarray(rows / 4, (rows + count * bytes) / 4), seed + 1);
      bitmap(memory.views.u8.subarray(present, present + count), seed);
      kernels.scanFloat32(query, rows, count, bytes, present, scores);
      return memory.views.u8.slice(scores, scores + count * 4);
    });
  },

  'scoreFloat32 scores rows wherever they are, as its twin does': (form) => {
    compare(form, fc.record({ ...shape, fill: floats }), ({ quads, groups, seed, fill }, { memory, kernels }) => {
      const [bytes, count] = [groups * 512, quads * 3 + 1];
      const [query, rows, addresses, scores] = places(memory, bytes, count * bytes, count * 4, count * 4);
      fill(memory.views.f32.subarray(query / 4, query / 4 + groups * 128), seed);
      fill(memory.views.f32.subarray(rows / 4, (rows + count * bytes) / 4), seed + 1);
      for (let i = 0; i < count; i++) memory.views.u32[addresses / 4 + i] = rows + ((i * 7) % count) * bytes;
      kernels.scoreFloat32(query, addresses, count, bytes, scores);
      return memory.views.u8.slice(scores, scores + count * 4);
    });
  },

  'multiply and multiplyTransposed add what their twins add, a transposed left side too': (form) => {
    compare(form, fc.record({ ...shape, fill: floats }), ({ quads, groups, seed, fill }, { memory, kernels }) => {
      const [n, k, m] = [quads * 4, groups * 12, groups * 8];
      const [out, a, b, scratch] = places(memory, n * m * 4, n * k * 4, k * m * 4, (n + 8) * k * 4);
      const { f32, u8 } = memory.views;
      fill(f32.subarray(a / 4, a / 4 + n * k), seed);
      fill(f32.subarray(b / 4, b / 4 + k * m), seed + 1);
      kernels.multiply(out, a, k * 4, 4, b, n, k, m, scratch);
      kernels.multiply(out, a, 4, n * 4, b, n, k, m, scratch);
      kernels.multiplyTransposed(out, a, b, n, k, m);
      return u8.slice(out, out + n * m * 4);
    });
  },

  'foldQuery folds as its twin does': (form) => {
    compare(form, fc.record({ ...shape, fill: floats, steps: floats }), ({ groups, seed, fill, steps }, machine) => {
      const { memory, kernels } = machine;
      const dim = groups * 128;
      const [query, fit, folded, fold] = places(memory, dim * 4, dim * 8, dim, 8);
      fill(memory.views.f32.subarray(query / 4, query / 4 + dim), seed);
      steps(memory.views.f32.subarray(fit / 4, fit / 4 + dim * 2), seed + 1);
      kernels.foldQuery(query, fit, dim, folded, fold);
      return memory.views.u8.slice(folded, fold + 8);
    });
  },

  'packInt4 and packInt8 make the levels their twins make': (form) => {
    const cut = fc.constantFrom(0, 0.01, 1, 1e30, -1); // an inverse step; 0 for a dimension of equal values
    compare(
      form,
      fc.record({ ...shape, fill: floats, cut }),
      ({ quads, groups, seed, fill, cut }, { memory, kernels }) => {
        const dim = groups * 128;
        const [rows, low, inverse, int4, int8] = places(
          memory,
          quads * dim * 4,
          dim * 4,
          dim * 4,
          quads * dim,
          quads * dim,
        );
        const { f32 } = memory.views;
        fill(f32.subarray(rows / 4, rows / 4 + quads * dim), seed);
        fill(f32.subarray(low / 4, low / 4 + dim), seed + 1);
        for (let i = 0; i < dim; i++) f32[inverse / 4 + i] = cut * (i % 23);
        kernels.packInt4(rows, quads, groups, low, inverse, int4);
        kernels.packInt8(rows, quads, groups, low, inverse, int8);
        return memory.views.u8.slice(int4, int8 + quads * dim);
      },
    );
  },

  'refineInt4 and refineInt8 score the listed rows as the scans do, and leave the others': (form) => {
    for (const levels of ['Int4', 'Int8'] as const) checkRefine(form, levels);
  },

  'packSigns, prepareSigns and scanSigns sign, look up and score as their twins do': (form) => {
    const input = fc.record({
      ...shape,
      fill: fc.constantFrom(uniform, few),
      base: fc.constantFrom(0, 0.25),
      bits: fc.constantFrom(4, 8),
      share: fc.constantFrom(0, 0.5, 1, 9),
    });
    compare(form, input, ({ quads, groups, seed, fill, base, bits, share }, { memory, kernels }) => {
      const [dim, rows] = [groups * 128, quads * 5];
      const count = Math.ceil(rows / 32) * 32;
      const [levels, thresholds, steps, query] = places(memory, rows * dim, dim, dim * 12, dim * 4);
      const [signs, factors, table, present, scores] = places(
        memory,
        (count * dim) / 8,
        count * 4,
        dim * 5 + 64,
        count,
        count * 4,
      );
      const [tops, sums] = places(memory, count / 8, 32);
      const { f32, u8 } = memory.views;
      bytes(u8.subarray(levels, levels + rows * dim), seed, bits === 4 ? 256 : 128);
      bytes(u8.subarray(thresholds, thresholds + dim), seed + 1, 18);
      fill(f32.subarray(steps / 4, steps / 4 + dim * 3), seed + 2);
      fill(f32.subarray(query / 4, query / 4 + dim), seed + 3);
      if (seed % 5 === 0) u8.fill(255, present, present + count / 8);
      else bitmap(u8.subarray(present, present + count / 8), seed);
      kernels.packSigns(bits, levels, rows, groups * 4, thresholds, steps, signs, factors);
      kernels.prepareSigns(query, steps, dim / 4, share, table);
      if (memory.views.u32[table / 4]! % 8 !== 0) throw new Error('quads are read in eights');
      kernels.scanSigns(table, signs, count, dim / 4, factors, present, base, scores, tops, sums);
      return u8.slice(signs, sums + 32);
    });
  },

  'what is above a bar is listed, and the best chosen by tops and by lists, as their twins do it': (form) => {
    const input = fc.record({
      ...shape,
      k: fc.integer({ min: 1, max: 50 }),
      share: fc.integer({ min: 0, max: 4 }),
      fill: fc.constantFrom(few, uniform, absent),
    });
    compare(form, input, ({ quads, k, share, seed, fill }, { memory, kernels }) => {
      const count = quads * 32;
      const [scores, tops, list, best, rows] = places(memory, count * 4, quads * 4, count * 4, k * 8, k * 8);
      const { f32, u8, u32 } = memory.views;
      f32.fill(-Infinity, best / 4, best / 4 + k * 2);
      fill(f32.subarray(scores / 4, scores / 4 + count), seed);
      const each = [...f32.subarray(scores / 4, scores / 4 + count)];
      for (let i = 0; i < quads; i++) f32[tops / 4 + i] = Math.max(...each.slice(i * 32, i * 32 + 32));
      const bar = share / 2 - 1;
      const found = kernels.listAbove(bar, scores, tops, count, list);
      const above = [...each.keys()].filter((row) => each[row]! > bar);
      if (String(above) !== String(u32.subarray(list / 4, list / 4 + found))) throw new Error('others are listed');
      kernels.selectTops(scores, tops, count, 96, k, best, rows);
      kernels.selectListed(scores, list, found, 96, k, best + k * 4, rows + k * 4);
      return u8.slice(best, rows + k * 8);
    });
  },

  'tally counts as its twin does': (form) => {
    compare(
      form,
      fc.record({ ...shape, fill: fc.constantFrom(uniform, absent, few) }),
      (given, { memory, kernels }) => {
        const { quads, seed, fill } = given;
        const [scores, counts] = places(memory, quads * 64, 64);
        fill(memory.views.f32.subarray(scores / 4, scores / 4 + quads * 16), seed);
        kernels.tally(scores, quads * 16, -0.5, 12, 16, counts);
        return memory.views.u8.slice(counts, counts + 64);
      },
    );
  },

  'select keeps the best and their rows as its twin does, over several blocks': (form) => {
    const input = fc.record({
      ...shape,
      k: fc.integer({ min: 1, max: 50 }),
      fill: fc.constantFrom(few, uniform, absent),
    });
    compare(form, input, ({ quads, k, seed, fill }, { memory, kernels }) => {
      const count = quads * 16;
      const [scores, best, rows] = places(memory, count * 4, k * 4, k * 4);
      const { f32 } = memory.views;
      f32.fill(-Infinity, best / 4, best / 4 + k);
      for (const block of [0, 1, 2]) {
        fill(f32.subarray(scores / 4, scores / 4 + count), seed + block);
        kernels.select(scores, count, block * count, k, best, rows);
      }
      return memory.views.u8.slice(best, rows + k * 4);
    });
  },

  'moments add up as their twin does': (form) => {
    compare(form, fc.record({ ...shape, fill: fc.constantFrom(uniform, absent) }), ({ quads, seed, fill }, machine) => {
      const { memory, kernels } = machine;
      const [scores, sums] = places(memory, quads * 16, 32);
      fill(memory.views.f32.subarray(scores / 4, scores / 4 + quads * 4), seed);
      kernels.moments(scores, quads * 4, sums);
      kernels.moments(scores, quads * 4, sums);
      return memory.views.u8.slice(sums, sums + 32);
    });
  },

  'raised lists are gathered as their twin does it, and leave nothing behind': (form) => {
    const input = fc.record({ ...shape, weight: fc.constantFrom(1, 0.8, 0) });
    compare(form, input, ({ quads, seed, weight }, { memory, kernels }) => {
      const [length, size, first] = [quads * 5 - 1, 4096, seed % 3];
      const [rows, counts, lists, marks, found] = places(memory, length * 2, length, 48, size / 8 + 4, size * 8);
      const [norms, best] = places(memory, size * 4, size * 4);
      for (let i = 0; i < length; i++) memory.views.u16[rows / 2 + i] = i * (1 + (seed % 40));
      bytes(memory.views.u8.subarray(counts, counts + length), seed, 256);
      fillNorms(memory.views.f32.subarray(norms / 4, norms / 4 + size), seed);
      for (const [i, one] of [weight, 0.9].entries()) {
        memory.views.u32.set([rows, counts, i === 0 ? length : length >> 1, first + i], lists / 4 + i * 6);
        memory.views.f32[lists / 4 + i * 6 + 4] = one;
      }
      kernels.raiseLists(lists, 2, norms, best, marks);
      const n = kernels.gather(marks, size, best, found, found + size * 4);
      const { u8 } = memory.views;
      if (u8.subarray(marks, marks + size / 8).some(Boolean)) throw new Error('marks are left');
      if (u8.subarray(best, best + size * 4).some(Boolean)) throw new Error('values are left');
      return Uint8Array.of(...u8.slice(found, found + n * 4), ...u8.slice(found + size * 4, found + (size + n) * 4));
    });
  },

  'scoreRows scores two parts as its twin does': (form) => {
    const input = fc.record({
      rows: fc.tuple(fc.integer({ min: 1, max: 900 }), fc.integer({ min: 1, max: 40 })),
      seed: fc.nat(),
      columns: fc.nat(3),
      lists: fc.nat(4),
      gathered: fc.nat(2),
      skips: fc.boolean(),
      words: fc.constantFrom(1, 2, 3, 5, 300),
    });
    compare(form, input, ({ rows: parts, seed, columns, lists, gathered, skips, words }, { memory, kernels }) => {
      const all = parts[0] + parts[1];
      const [norms, scores, skip, found, work] = places(
        memory,
        all * 4 + 64,
        all * 4 + 64,
        all,
        all * 4 + 8,
        all * 5 + 80,
      );
      const [sheet, entries, ...tables] = places(memory, 64, 64, 512, 512);
      fillNorms(memory.views.f32.subarray(norms / 4, norms / 4 + all), seed);
      bytes(memory.views.u8.subarray(skip, skip + all), seed, 2);
      memory.views.f32.fill(7, scores / 4, scores / 4 + all);
      for (let i = 0; i < gathered; i++) {
        const step = 1 + ((seed + i) % 9);
        const count = Math.ceil(all / step);
        const [own, values] = places(memory, count * 4, count * 4);
        for (let j = 0; j < count; j++) memory.views.u32[own / 4 + j] = j * step;
        uniform(memory.views.f32.subarray(values / 4, values / 4 + count), seed + i);
        memory.views.u32.set([own, values, count], entries / 4 + i * 5);
        memory.views.f32.set([1.25, i * 1.25], entries / 4 + i * 5 + 3);
      }
      let first = 0;
      for (const [p, rows] of parts.entries()) {
        const table = tables[p]!;
        for (let i = 0; i < columns; i++) {
          const [column] = places(memory, rows + 16);
          bytes(memory.views.u8.subarray(column, column + rows), seed + i, 3);
          memory.views.u32[table / 4 + i * 3] = column;
          memory.views.f32[table / 4 + i * 3 + 1] = 0.5 + i;
          memory.views.u32[table / 4 + i * 3 + 2] = (seed >> i) & 1;
        }
        for (let i = 0; i < lists; i++) {
          const step = 1 + ((seed + i) % 70);
          const count = i === 3 ? 0 : Math.ceil(rows / step);
          const [own, counts] = places(memory, count * 2, count);
          for (let j = 0; j < count; j++) memory.views.u16[own / 2 + j] = j * step;
          bytes(memory.views.u8.subarray(counts, counts + count), seed + i, 255);
          const at = table / 4 + columns * 3 + i * 6;
          memory.views.u32.set([own, counts, count, first], at);
          memory.views.f32.set([2 + i, i % 2 ? 2 + i : 0], at + 4);
        }
        const { u32 } = memory.views;
        u32.set([table, columns, table + columns * 12, lists, entries, gathered, first, rows], sheet / 4);
        u32.set([norms, scores, skips ? skip : 0, words, work, found], sheet / 4 + 8);
        kernels.scoreRows(sheet);
        first += rows;
      }
      const { u8, u32 } = memory.views;
      const listed = u8.slice(found, found + 8 + u32[found / 4 + 1]! * 4);
      const left = tables.flatMap((table) => [...u8.slice(table, table + 512)]);
      return Uint8Array.of(
        ...u8.slice(scores, scores + all * 4),
        ...listed,
        ...left,
        ...u8.slice(entries, entries + 64),
      );
    });
  },

  'findNear lists the words that its twin lists': (form) => {
    compare(form, fc.record({ ...shape, limit: fc.integer({ min: 0, max: 6 }) }), ({ quads, seed, limit }, machine) => {
      const { memory, kernels } = machine;
      const count = quads * 7;
      const [outlines, found] = places(memory, count * 4 + 16, count * 4);
      bytes(memory.views.u8.subarray(outlines, outlines + count * 4), seed, seed % 2 ? 256 : 8);
      const outline = memory.views.u32[outlines / 4 + (seed % count)]!;
      const n = kernels.findNear(outlines, count, outline, limit, found);
      return Uint8Array.of(n, ...memory.views.u8.slice(found, found + n * 4));
    });
  },

  'addImpacts adds as its twin does': (form) => {
    compare(form, fc.record({ ...shape, weight: fc.constantFrom(1, 0.8, 0) }), ({ quads, seed, weight }, machine) => {
      const { memory, kernels } = machine;
      const [length, size] = [quads * 5 - 1, 4096];
      const [rows, counts, lists, scores] = places(memory, length * 2, length, 24, size * 4);
      for (let i = 0; i < length; i++) memory.views.u16[rows / 2 + i] = i * (1 + (seed % 40));
      bytes(memory.views.u8.subarray(counts, counts + length), seed, 256);
      uniform(memory.views.f32.subarray(scores / 4, scores / 4 + size), seed);
      memory.views.u32.set([rows, counts, length, seed % 3], lists / 4);
      memory.views.f32[lists / 4 + 4] = weight;
      kernels.addImpacts(lists, 1, scores);
      return memory.views.u8.slice(scores, scores + size * 4);
    });
  },

  'sum adds what its twin adds': (form) => {
    compare(form, fc.record(shape), ({ quads, seed }, { memory, kernels }) => {
      const [from] = places(memory, quads * 128);
      bytes(memory.views.u8.subarray(from, from + quads * 128), seed, 256);
      return Uint8Array.of(...new Uint8Array(Int32Array.of(kernels.sum(from, quads * 128)).buffer));
    });
  },
};

const shape = {
  quads: fc.integer({ min: 1, max: 20 }),
  groups: fc.integer({ min: 1, max: 4 }),
  seed: fc.nat(),
};

function checkScan(form: KernelForm, levels: 'Int4' | 'Int8'): void {
  const input = fc.record({
    ...shape,
    top: fc.constantFrom(1, 2, 255), // all rows zero, of few values, of any
    query: fc.constantFrom('any', 'greatest', 'zero'),
    scale: fc.constantFrom(0, 1, 1e-3, -2.5),
    base: fc.constantFrom(0, 0.25, -3),
  });
  compare(form, input, ({ quads, groups, seed, top, query, scale, base }, { memory, kernels }) => {
    const count = quads * 4;
    const rowBytes = groups * (levels === 'Int4' ? 64 : 128);
    const places_ = places(memory, groups * 128, groups * 256 + 64, count * rowBytes, count, count * 4);
    const [signed, prepared, rows, present, scores] = places_;
    const values = memory.views.i8.subarray(signed, signed + groups * 128);
    bytes(values, seed, 255);
    for (let i = 0; i < values.length; i++) {
      values[i] = query === 'any' ? Math.max(values[i]!, -127) : query === 'greatest' ? 127 * (seed % 2 ? 1 : -1) : 0;
    }
    const levelBytes = memory.views.u8.subarray(rows, rows + count * rowBytes);
    if (query === 'greatest') levelBytes.fill(levels === 'Int4' ? 255 : 127);
    else bytes(levelBytes, seed + 1, levels === 'Int4' ? top + 1 : Math.min(top, 127) + 1);
    bitmap(memory.views.u8.subarray(present, present + count), seed);
    kernels[`prepare${levels}`](signed, groups, prepared);
    kernels[`scan${levels}`](prepared, rows, count, groups, present, scale, base, scores);
    return memory.views.u8.slice(scores, scores + count * 4);
  });
}

/** By its definition, for rows of every kind: all levels 0, all 15, all in the middle, any; queries at their limits too. */
function checkInt4(form: KernelForm): void {
  const input = fc.record({ ...shape, limit: fc.constantFrom(1, 7, 127), levels: fc.constantFrom(0, 255, 0x78, -1) });
  const isNear = fc.property(input, ({ quads, groups, seed, limit, levels }) => {
    const { memory, kernels } = createKernels(form);
    const [count, dim, rowBytes] = [quads * 4, groups * 128, groups * 64];
    const all = places(memory, dim, dim * 2 + 64, count * rowBytes, count, count * 4);
    const [signed, prepared, rows, present, scores] = all;
    const { i8, u8, f32 } = memory.views;
    const values = random(seed, 2 * limit + 1);
    for (let i = signed; i < signed + dim; i++) i8[i] = values.next().value - limit;
    if (limit === 127 && seed % 3 === 0) for (let i = signed; i < signed + dim; i++) i8[i] = i8[i]! < 0 ? -127 : 127;
    bytes(u8.subarray(rows, rows + count * rowBytes), seed + 1, 256);
    if (levels >= 0) u8.fill(levels, rows, rows + count * rowBytes);
    u8.fill(255, present, present + count);
    kernels.prepareInt4(signed, groups, prepared);
    kernels.scanInt4(prepared, rows, count, groups, present, 1, 0, scores);
    for (let row = 0; row < count; row++) {
      let [exact, error] = [0, 1];
      for (let i = 0; i < dim; i++) {
        const two = u8[rows + row * rowBytes + (i >> 5) * 16 + (i & 15)]!;
        const level = i & 16 ? two >> 4 : two & 15;
        exact += i8[signed + i]! * level;
        // Half of a query's step, twice as long in the high halves, times the distance from the middle level.
        error += (i & 16 ? 1 : 0.54) * Math.abs(level - 7.5);
      }
      const off = Math.abs(f32[scores / 4 + row]! - exact);
      if (off > error) throw new Error(`row ${row} is off by ${off} of at most ${error}`);
    }
  });
  fc.assert(isNear, { numRuns: 60 });
}

function checkRefine(form: KernelForm, levels: 'Int4' | 'Int8'): void {
  compare(form, fc.record({ ...shape, share: fc.integer({ min: 0, max: 4 }) }), (given, { memory, kernels }) => {
    const { quads, groups, seed, share } = given;
    const count = quads * 4;
    const rowBytes = groups * (levels === 'Int4' ? 64 : 128);
    const [signed, prepared, rows] = places(memory, groups * 128, groups * 256 + 64, count * rowBytes);
    const [scores, list, all, every] = places(memory, count * 4, count * 4, count * 4, count);
    const { f32, i8, u8, u32 } = memory.views;
    bytes(i8.subarray(signed, signed + groups * 128), seed, 255);
    for (let i = signed; i < signed + groups * 128; i++) i8[i] = Math.max(i8[i]!, -127);
    bytes(u8.subarray(rows, rows + count * rowBytes), seed + 1, levels === 'Int4' ? 256 : 128);
    absent(f32.subarray(scores / 4, scores / 4 + count), seed);
    const before = f32.slice(scores / 4, scores / 4 + count);
    u8.fill(255, every, every + count);
    kernels[`prepare${levels}`](signed, groups, prepared);
    kernels[`scan${levels}`](prepared, rows, count, groups, every, 1e-3, 0.25, all);
    const bar = share / 2 - 1;
    const above = [...before.keys()].filter((row) => before[row]! > bar);
    u32.set(above, list / 4);
    kernels[`refine${levels}`](prepared, rows, groups, 1e-3, 0.25, scores, list, above.length);
    for (const [row, score] of before.entries()) {
      if (f32[scores / 4 + row] !== (score > bar ? f32[all / 4 + row] : score)) throw new Error(`row ${row} is off`);
    }
    return u8.slice(scores, scores + count * 4);
  });
}

/** Does the same in both forms, in fresh memories, and holds the bytes that come out against each other. */
function compare<T>(form: KernelForm, input: fc.Arbitrary<T>, use: (given: T, machine: Machine) => Uint8Array): void {
  fc.assert(
    fc.property(input, (given) => {
      const plain = use(given, createKernels('typed-arrays'));
      const other = use(given, createKernels(form));
      const at = plain.findIndex((byte, i) => byte !== other[i]);
      if (at >= 0 || plain.length !== other.length) throw new Error(`byte ${at} differs: ${plain[at]}, ${other[at]}`);
    }),
    { numRuns: 60 },
  );
}

const places = (memory: Machine['memory'], ...sizes: number[]) => {
  const all = sizes.map((size) => memory.allocate(size));
  return all as [number, number, number, number, number];
};

type Fill = (values: Float32Array, seed: number) => void;

/** Pseudo-random whole numbers below `limit`, the same for a seed. Source: xorshift32, Marsaglia 2003. */
function* random(seed: number, limit: number): Generator<number, never> {
  for (let x = (seed | 0) + 0x9e3779b9 || 1; ; ) {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    yield (x >>> 0) % limit;
  }
}

function bytes(target: Uint8Array | Int8Array, seed: number, limit: number): void {
  const values = random(seed, limit);
  for (let i = 0; i < target.length; i++) target[i] = values.next().value;
}

/** Bitmaps of all shapes: none, all, every other, the odd one, any. */
function bitmap(target: Uint8Array, seed: number): void {
  if (seed % 5 === 0) target.fill(0);
  else if (seed % 5 === 1) target.fill(255);
  else if (seed % 5 === 2) target.fill(0x55);
  else bytes(target, seed, seed % 5 === 3 ? 256 : 2);
}

const filling =
  (value: (random: number) => number): Fill =>
  (target, seed) => {
    const values = random(seed, 1 << 20);
    for (let i = 0; i < target.length; i++) target[i] = value(values.next().value);
  };

/** What rows' lengths cost them, some of them dead. */
function fillNorms(norms: Float32Array, seed: number): void {
  uniform(norms, seed);
  for (let i = 0; i < norms.length; i++) norms[i]! += i % 7 === 0 ? Infinity : 1.5;
}

export const uniform = filling((x) => x / (1 << 19) - 1);
const few = filling((x) => (x % 5) - 2);
const absent = filling((x) => (x % 3 ? x / (1 << 19) - 1 : -Infinity));
const floats = fc.constantFrom(
  uniform,
  few,
  filling(() => 0),
  filling((x) => (x % 2 ? 1e30 : -1e-30)),
);
