import { recalled, type Frame } from './types.js';

export const MOST_RECALLS = 5000;

/** Which messages were recalled, so that no late copy shows a text that is gone, and each recall is told once. */
export class Recalls {
  private readonly ids = new Set<string>();

  /** False where it was known. */
  add(id: string): boolean {
    if (this.ids.has(id)) return false;
    this.ids.add(id);
    if (this.ids.size > MOST_RECALLS) this.ids.delete(this.ids.values().next().value as string);
    return true;
  }

  scrub(frames: Frame[]): Frame[] {
    return frames.map((frame) => (this.ids.has(frame.id) ? recalled(frame) : frame));
  }
}
