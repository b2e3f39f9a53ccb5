import type { Comparison, RunLog } from './adapt.ts';

/**
 * A run's curves as a TensorBoard event file, which Weights & Biases takes as well (`wandb sync`): loss, strength and
 * validation nDCG@10 by epoch, and what the verdict rests on at the epoch that was kept.
 *
 * A record is a length (uint64), the masked CRC-32C of the length, an `Event` message, and the message's masked CRC.
 * Source   TensorFlow, `record_writer.cc` and `event.proto`.
 */
export function runEvents(log: RunLog): Uint8Array<ArrayBuffer> {
  const start = Date.parse(log.startedAt) / 1000;
  const at = (epoch: number) => start + (log.seconds * epoch) / Math.max(1, log.epochs.length - 1);
  const records = [event(start, 0, field(3, text('brain.Event:2')))];
  for (const { epoch, loss, alpha, all, shared, untouched } of log.epochs) {
    const scalars: [tag: string, value: number][] = [
      ['strength', alpha],
      ['validation/nDCG@10/all', all],
      ['validation/nDCG@10/shared documents', shared],
      ['validation/nDCG@10/untouched documents', untouched],
    ];
    // Before the first epoch there is no loss.
    if (epoch > 0) scalars.unshift(['loss', loss]);
    records.push(event(at(epoch), epoch, summary(scalars)));
  }
  for (const [name, judged] of Object.entries({ validation: log.validation, test: log.test })) {
    if (!judged) continue;
    const { fused, dense, mrr10, recall10 } = judged.all;
    const rows: [string, Comparison][] = [['dense nDCG@10', dense], ...(fused ? [pair('fused nDCG@10', fused)] : [])];
    rows.push(['MRR@10', mrr10], ['Recall@10', recall10]);
    const scalars = rows.flatMap(([measure, { before, after }]): [string, number][] => [
      [`verdict, ${name}/${measure}, before`, before],
      [`verdict, ${name}/${measure}, after`, after],
    ]);
    records.push(event(start + log.seconds, log.epoch, summary(scalars)));
  }
  return joined(records.map(record));
}

/** What TensorBoard must find in the name of such a file. */
export const runEventsName = ({ startedAt, dataHash }: RunLog): string =>
  `events.out.tfevents.${Math.round(Date.parse(startedAt) / 1000)}.nearfield-${dataHash.slice(0, 8)}`;

const pair = (name: string, comparison: Comparison): [string, Comparison] => [name, comparison];

type Bytes = Uint8Array<ArrayBuffer>;
const [VARINT, DOUBLE, BYTES, FLOAT] = [0, 1, 2, 5];

function event(wallTime: number, step: number, content: Bytes): Bytes {
  const seconds = new Uint8Array(8);
  new DataView(seconds.buffer).setFloat64(0, wallTime, true);
  return joined([key(1, DOUBLE), seconds, key(2, VARINT), varint(step), content]);
}

function summary(scalars: readonly (readonly [tag: string, value: number])[]): Bytes {
  const values = scalars.map(([tag, value]) => {
    const number = new Uint8Array(4);
    new DataView(number.buffer).setFloat32(0, value, true);
    return field(1, joined([field(1, text(tag)), key(2, FLOAT), number]));
  });
  return field(5, joined(values));
}

const text = (value: string): Bytes => new TextEncoder().encode(value);
const key = (number: number, type: number): Bytes => Uint8Array.of((number << 3) | type);
const field = (number: number, content: Bytes): Bytes => joined([key(number, BYTES), varint(content.length), content]);

function varint(value: number): Bytes {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Uint8Array.of(...bytes, rest);
    bytes.push((rest % 128) + 128);
  }
}

function record(message: Bytes): Bytes {
  const length = new Uint8Array(8);
  new DataView(length.buffer).setUint32(0, message.length, true);
  return joined([length, masked(length), message, masked(message)]);
}

function masked(bytes: Bytes): Bytes {
  const crc = crc32c(bytes);
  const sum = new Uint8Array(4);
  new DataView(sum.buffer).setUint32(0, (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0, true);
  return sum;
}

/** CRC-32C (Castagnoli), reflected. */
export function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0x82f63b78 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

function joined(parts: readonly Bytes[]): Bytes {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
