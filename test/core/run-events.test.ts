import { expect, test } from 'vitest';
import type { Judgement, RunLog } from '../../src/core/adapt.ts';
import { crc32c, runEvents, runEventsName } from '../../src/core/run-events.ts';

const compared = (before: number, after: number) => ({
  before,
  after,
  gain: 0,
  low: 0,
  high: 0,
  wins: 0,
  losses: 0,
  ties: 0,
});
const judgement: Judgement = {
  questions: 9,
  dense: compared(0.25, 0.5),
  fused: compared(0.5, 0.75),
  mrr10: compared(0.125, 0.25),
  recall10: compared(0.5, 1),
};
const judged = { all: judgement, shared: judgement, untouched: judgement };
const log = {
  startedAt: '2026-11-26T07:00:00.000Z',
  seconds: 20,
  dataHash: 'feedfacefeedface',
  epochs: [0, 1, 2].map((epoch) => ({
    epoch,
    loss: epoch === 0 ? 0 : 1 / epoch,
    alpha: 0.5,
    all: 0.5,
    shared: 0.25,
    untouched: 0.75,
  })),
  epoch: 2,
  validation: judged,
  test: judged,
} as unknown as RunLog;

/** Fields of a protocol-buffer message, by number. */
function fields(bytes: Uint8Array): [field: number, value: number | Uint8Array][] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found: [number, number | Uint8Array][] = [];
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[at++]!;
      value += (byte % 128) * scale;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const tag = varint();
    const type = tag & 7;
    if (type === 0) found.push([tag >> 3, varint()]);
    else if (type === 1) found.push([tag >> 3, view.getFloat64(at, true)]);
    else if (type === 5) found.push([tag >> 3, view.getFloat32(at, true)]);
    else {
      const length = varint();
      found.push([tag >> 3, bytes.subarray(at, at + length)]);
      at += length;
    }
    if (type === 1) at += 8;
    if (type === 5) at += 4;
  }
  return found;
}

function recordsOf(file: Uint8Array<ArrayBuffer>): Uint8Array[] {
  const view = new DataView(file.buffer);
  const unmasked = (at: number) => {
    const rotated = (view.getUint32(at, true) - 0xa282ead8) >>> 0;
    return ((rotated >>> 17) | (rotated << 15)) >>> 0;
  };
  const found: Uint8Array[] = [];
  for (let at = 0; at < file.length; ) {
    const length = view.getUint32(at, true);
    expect(unmasked(at + 8)).toBe(crc32c(file.subarray(at, at + 8)));
    const message = file.subarray(at + 12, at + 12 + length);
    expect(unmasked(at + 12 + length)).toBe(crc32c(message));
    found.push(message);
    at += length + 16;
  }
  return found;
}

test('CRC-32C is the one of RFC 3720', () => {
  expect(crc32c(new TextEncoder().encode('123456789'))).toBe(0xe3069283);
  expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
});

test('a run is a file of TensorBoard events: its curves by epoch, and before and after at the epoch that was kept', () => {
  const [version, ...events] = recordsOf(runEvents(log)).map((record) => new Map(fields(record)));
  expect(new TextDecoder().decode(version!.get(3) as Uint8Array)).toBe('brain.Event:2');
  const scalars = events.map((event) => {
    const values = fields(event.get(5) as Uint8Array).map(([, value]) => new Map(fields(value as Uint8Array)));
    const named = values.map((value) => [new TextDecoder().decode(value.get(1) as Uint8Array), value.get(2)]);
    return { step: event.get(2), time: event.get(1), ...Object.fromEntries(named) };
  });
  const start = Date.parse(log.startedAt) / 1000;
  expect(scalars[0]).toEqual({
    step: 0,
    time: start,
    strength: 0.5,
    'validation/nDCG@10/all': 0.5,
    'validation/nDCG@10/shared documents': 0.25,
    'validation/nDCG@10/untouched documents': 0.75,
  });
  expect(scalars[2]).toMatchObject({ step: 2, time: start + 20, loss: 0.5 });
  expect(scalars[4]).toMatchObject({
    step: 2,
    'verdict, test/fused nDCG@10, before': 0.5,
    'verdict, test/fused nDCG@10, after': 0.75,
    'verdict, test/Recall@10, after': 1,
  });
  expect(scalars).toHaveLength(5);
  expect(runEventsName(log)).toBe(`events.out.tfevents.${start}.nearfield-feedface`);
});
