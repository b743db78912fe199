const shownMost = 20;

/** The notifications that stand, one for each conversation, with how much each stands for. */
export class NoticeBoard {
  private readonly shown = new Map<string, { notice: Notification; count: number }>();

  /** For how much the next one of `conversation` stands. */
  countWith(conversation: string, fresh: number): number {
    return (this.shown.get(conversation)?.count ?? 0) + fresh;
  }

  /** Throws where the browser has notifications, but not from a page. */
  show(
    conversation: string,
    count: number,
    text: { title: string; body: string; tag: string },
    follow: () => void,
  ): void {
    if (!this.shown.has(conversation) && this.shown.size >= shownMost)
      this.close(this.shown.keys().next().value as string);
    const { title, body, tag } = text;
    // Silent, as the sound is ours; of the same tag, the new one stands in the old one's place.
    const notice = new Notification(title, { body, tag, icon: '/favicon.svg', silent: true });
    notice.onclick = () => {
      window.focus();
      this.close(conversation);
      follow();
    };
    this.shown.set(conversation, { notice, count });
  }

  close(conversation: string): void {
    this.shown.get(conversation)?.notice.close();
    this.shown.delete(conversation);
  }

  closeAll(): void {
    for (const conversation of [...this.shown.keys()]) this.close(conversation);
  }
}
