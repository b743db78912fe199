import { recalled, type Client, type Frame } from 'godwit-sdk';
import { defineStore } from 'pinia';
import { reactive, watch } from 'vue';
import { useSession } from './session';

export const quotesBound = 500;
/** Reads of the history that the search for one message may take: enough to halve 100,000 messages down to a page. */
export const mostProbes = 16;
const probeSize = 100;

/** The first 48 bits of an id are the time at which the message was sent. */
export const timeOfId = (id: string): number => parseInt(id.slice(0, 12), 16);

/**
 * The message of that id, which only its time tells where to look for: first right below `below`, as answers mostly are, then
 * by halves. Null where it is not found, because it is gone or the clock of whoever sent it was far off.
 */
export async function findById(
  client: Pick<Client, 'history'>,
  conversation: string,
  id: string,
  below: number,
): Promise<Frame | null> {
  const time = timeOfId(id);
  let low = 0;
  let high = below;
  let before = below;
  for (let probe = 0; probe < mostProbes && low < high; probe += 1) {
    const { frames } = await client.history(conversation, { before, limit: probeSize });
    const found = frames.find((frame) => frame.id === id);
    if (found) return found;
    const [first, last] = [frames[0], frames[frames.length - 1]];
    if (!first || !last) return null;
    if (first.time > time) high = first.seq;
    else if (last.time < time) low = last.seq + 1;
    else return null;
    before = Math.min(high, Math.floor((low + high) / 2) + probeSize / 2);
  }
  return null;
}

/** Messages that others answer and that are not in the window; `null` where one is not to be had. */
export const useQuotes = defineStore('quotes', () => {
  const session = useSession();
  const quotes = reactive(new Map<string, Frame | null>());
  const asked = new Set<string>();

  /** What is known of it; `undefined` while it is being looked for. */
  function quote(conversation: string, id: string, below: number): Frame | null | undefined {
    const known = quotes.get(id);
    if (known === undefined && session.client && !asked.has(id)) {
      asked.add(id);
      findById(session.client, conversation, id, below).then(
        (frame) => keep(id, frame),
        () => asked.delete(id),
      );
    }
    return known;
  }

  function keep(id: string, frame: Frame | null): void {
    if (quotes.size >= quotesBound) quotes.delete(quotes.keys().next().value as string);
    quotes.set(id, frame);
    asked.delete(id);
  }

  watch(
    () => session.client,
    (client, _, onCleanup) => {
      quotes.clear();
      asked.clear();
      const untie = client?.on('recalled', ({ id }) => {
        const frame = quotes.get(id);
        if (frame) quotes.set(id, recalled(frame));
      });
      if (untie) onCleanup(untie);
    },
    { immediate: true },
  );

  return { quotes, quote };
});
