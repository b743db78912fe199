import { describe, expect, test } from 'vitest';
import { Sequencer } from '../src/sequencer.js';
import { message, range, seqs } from './kit/frames.js';

const shown = (due: { arrivals: { frame: { seq: number } }[] }): number[] => due.arrivals.map(({ frame }) => frame.seq);

describe('order', () => {
  test('an unknown conversation begins with the first frame', () => {
    const sequencer = new Sequencer();
    expect(sequencer.accept(message(7), 'push')).toMatchObject({ have: 7, span: [7, 7] });
    expect(sequencer.hole('u:ann')).toBeNull();
  });

  test('an overtaken push closes the hole that it left', () => {
    const sequencer = new Sequencer();
    sequencer.accept(message(1), 'push');
    expect(shown(sequencer.accept(message(3), 'push'))).toEqual([]);
    expect(sequencer.hole('u:ann')).toEqual({ have: 1, bottom: 3, top: 3 });
    const due = sequencer.accept(message(2), 'push');
    expect(shown(due)).toEqual([2, 3]);
    expect(due).toMatchObject({ have: 3, span: [2, 3] });
  });

  test('conversations do not wait for each other', () => {
    const sequencer = new Sequencer();
    sequencer.accept(message(1), 'push');
    sequencer.accept(message(3), 'push');
    expect(shown(sequencer.accept(message(9, 'g:crew'), 'push'))).toEqual([9]);
  });

  test('history is the judge: what it does not have does not exist', () => {
    const sequencer = new Sequencer();
    sequencer.accept(message(1), 'push');
    sequencer.accept(message(6), 'push');
    const due = sequencer.settle('u:ann', [message(3), message(4)], 6);
    expect(shown(due)).toEqual([3, 4, 6]);
    expect(due).toMatchObject({ have: 6, span: [2, 6] });
    expect(due.arrivals.map(({ source }) => source)).toEqual(['history', 'history', 'push']);
  });

  test('a frame that comes late all the same is shown by itself', () => {
    const sequencer = new Sequencer();
    sequencer.accept(message(5), 'push');
    expect(sequencer.accept(message(4), 'push')).toMatchObject({
      have: 5,
      span: [4, 4],
      arrivals: [{ frame: { seq: 4 } }],
    });
  });

  test('a hole that is skipped counts as no coverage', () => {
    const sequencer = new Sequencer();
    sequencer.accept(message(1), 'push');
    sequencer.accept(message(5000), 'push');
    expect(sequencer.skip('u:ann')).toMatchObject({ have: 5000, span: [5000, 5000] });
  });
});

describe('once', () => {
  test('a repeat is not shown, whichever way it comes', () => {
    const sequencer = new Sequencer();
    sequencer.accept(message(1), 'push');
    expect(shown(sequencer.accept(message(1), 'inbox'))).toEqual([]);
    expect(shown(sequencer.settle('u:ann', [message(1), message(2)], 2))).toEqual([2]);
    expect(shown(sequencer.accept(message(2), 'push'))).toEqual([]);
    expect(shown(sequencer.observe('u:ann', [message(2), message(3)], 'push'))).toEqual([3]);
  });

  test('a frame that waits above a hole is not shown twice when history brings it too', () => {
    const sequencer = new Sequencer();
    sequencer.accept(message(1), 'push');
    sequencer.accept(message(3), 'push');
    expect(shown(sequencer.settle('u:ann', [message(2), message(3)], 3))).toEqual([2, 3]);
  });

  test('what was forgotten counts as known: the memory is bounded', () => {
    const sequencer = new Sequencer(10);
    for (const seq of range(1, 30)) sequencer.accept(message(seq), 'push');
    for (const seq of range(1, 30)) expect(shown(sequencer.accept(message(seq), 'inbox'))).toEqual([]);
    expect(shown(sequencer.accept(message(31), 'push'))).toEqual([31]);
  });

  test('after forgetting, known frames lead on to the next without a hole', () => {
    const sequencer = new Sequencer();
    for (const seq of range(1, 5)) sequencer.accept(message(seq), 'push');
    sequencer.forget();
    sequencer.accept(message(5), 'inbox');
    expect(shown(sequencer.accept(message(6), 'push'))).toEqual([6]);
  });
});

test('any order of pushes, each several times, shows all once and in order', () => {
  for (let round = 0; round < 50; round += 1) {
    const sequencer = new Sequencer();
    sequencer.accept(message(1), 'push');
    const pushes = [...range(2, 40), ...range(2, 40)].sort(() => Math.random() - 0.5);
    const all = pushes.flatMap((seq) => shown(sequencer.accept(message(seq), 'push')));
    expect(all).toEqual(range(2, 40));
  }
});

test('knows what waits above a hole', () => {
  const sequencer = new Sequencer();
  sequencer.accept(message(1), 'push');
  sequencer.accept(message(3), 'push');
  expect(seqs([message(1), message(2), message(3)].filter((frame) => sequencer.expects(frame)))).toEqual([1, 3]);
});
