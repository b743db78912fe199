import { FrameType, type Frame } from 'godwit-sdk';
import { expect, it } from 'vitest';
import { findById, mostProbes, timeOfId } from './quotes';

const start = 1_767_225_600_000;
const idAt = (time: number, seq: number) => time.toString(16).padStart(12, '0') + seq.toString(16).padStart(20, '0');
const stored: Frame[] = Array.from({ length: 100_000 }, (_, i) => {
  const time = start + i * 1000;
  return {
    type: FrameType.message,
    msgSender: 'bob',
    msgReceiver: 'ada',
    msg: 'm',
    id: idAt(time, i + 1),
    conversation: 'u:bob',
    seq: i + 1,
    time,
  };
});

function reader() {
  let reads = 0;
  const history = async (_: string, { before = Infinity, limit = 50 }: { before?: number; limit?: number } = {}) => {
    reads += 1;
    const end = Math.min(before - 1, stored.length);
    return { frames: stored.slice(Math.max(0, end - limit), end), more: end > limit };
  };
  return { client: { history }, reads: () => reads };
}

it('timeOfId is the time of sending', () => expect(timeOfId(idAt(start, 1))).toBe(start));

it.each([1, 2, 500, 31_234, 73_001, 99_899, 99_999])(
  'finds message %i among 100,000 within its bound of reads',
  async (seq) => {
    const { client, reads } = reader();
    const wanted = stored[seq - 1] as Frame;
    expect((await findById(client, 'u:bob', wanted.id, 100_000))?.seq).toBe(seq);
    expect(reads()).toBeLessThanOrEqual(mostProbes);
  },
);

it('reads once for what was answered soon', async () => {
  const { client, reads } = reader();
  await findById(client, 'u:bob', (stored[99_950] as Frame).id, 100_000);
  expect(reads()).toBe(1);
});

it('is null for what is not there', async () => {
  const { client } = reader();
  expect(await findById(client, 'u:bob', idAt(start + 5_000_500, 7), 100_000)).toBeNull();
  expect(await findById(client, 'u:bob', idAt(start - 9_000, 7), 100_000)).toBeNull();
});
