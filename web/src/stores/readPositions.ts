import { defineStore } from 'pinia';
import { reactive, watch } from 'vue';
import { useSession } from './session';

/** Conversations of which positions are kept; the one that moved longest ago goes. */
export const positionsBound = 500;
const saveAfter = 1000;

type Positions = Record<string, number>;

interface Kept {
  peers: Positions;
  untold: Positions;
}

/** The higher of each; the newest of this page stay where there are too many. */
export function higher(kept: Positions = {}, here: ReadonlyMap<string, number>): Positions {
  const others = Object.entries(kept).filter(([conversation]) => !here.has(conversation));
  const own = [...here].map(([conversation, seq]) => [conversation, Math.max(seq, kept[conversation] ?? 0)] as const);
  return Object.fromEntries([...others, ...own].slice(-positionsBound));
}

/**
 * Read positions that the server has no answer for: how far friends have read, which is told once and never again, and how far
 * I have read where I do not want it told.
 */
export const useReadPositions = defineStore('readPositions', () => {
  const session = useSession();
  const peers = reactive(new Map<string, number>());
  const untold = reactive(new Map<string, number>());
  let timer: ReturnType<typeof setTimeout> | undefined;

  function raise(positions: Map<string, number>, conversation: string, seq: number): void {
    const highest = Math.max(seq, positions.get(conversation) ?? 0);
    positions.delete(conversation);
    positions.set(conversation, highest);
    if (positions.size > positionsBound) positions.delete(positions.keys().next().value as string);
    clearTimeout(timer);
    timer = setTimeout(() => void save().catch(() => undefined), saveAfter);
  }

  /** Other tabs keep theirs in the same place: the higher of each is written. */
  async function save(): Promise<void> {
    const { client } = session;
    if (!client) return;
    const kept = await client.kv.get<Kept>('readPositions');
    if (session.client !== client) return;
    const merged: Kept = { peers: higher(kept?.peers, peers), untold: higher(kept?.untold, untold) };
    await client.kv.set('readPositions', merged);
  }

  async function load(): Promise<void> {
    const { client } = session;
    const kept = await client?.kv.get<Kept>('readPositions');
    if (!kept || session.client !== client) return;
    for (const [conversation, seq] of Object.entries(kept.peers)) raise(peers, conversation, seq);
    for (const [conversation, seq] of Object.entries(kept.untold)) raise(untold, conversation, seq);
  }

  watch(
    () => session.client,
    () => {
      clearTimeout(timer);
      peers.clear();
      untold.clear();
    },
  );

  return {
    peers,
    untold,
    load,
    peerRead: (conversation: string, seq: number) => raise(peers, conversation, seq),
    readUntold: (conversation: string, seq: number) => raise(untold, conversation, seq),
  };
});
