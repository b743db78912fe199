import { type Frame, FrameType } from 'godwit-sdk';
import { useI18n } from 'vue-i18n';
import type { RouteLocationRaw } from 'vue-router';
import { preview } from './notifyPolicy';
import { useConversations } from '@/stores/conversations';
import { useGroups } from '@/stores/groups';
import { usePeople } from '@/stores/people';
import { usePreferences } from '@/stores/preferences';

export interface NoticeText {
  title: string;
  body: string;
  /** Where a click leads. */
  to: RouteLocationRaw;
}

/** What a notification says, as much of it as the user lets others read over their shoulder. */
export function useNoticeText() {
  const { t } = useI18n();
  const people = usePeople();
  const groups = useGroups();
  const conversations = useConversations();
  const preferences = usePreferences();

  const groupName = (key: string) =>
    groups.groups.get(key)?.name ?? conversations.rows.get(`g:${key}`)?.group?.name ?? key;

  function message(frame: Frame, count: number): NoticeText {
    const sender = people.displayName(frame.msgSender);
    const inGroup = frame.type === FrameType.groupMessage;
    const to = { name: 'chat', params: { conversation: frame.conversation } };
    const title = inGroup ? groupName(frame.msgReceiver) : sender;
    if (!preferences.values.previews) return { title, body: t('shell.notice.messages', { n: count }, count), to };
    const text = inGroup ? t('shell.notice.said', { name: sender, text: preview(frame.msg) }) : preview(frame.msg);
    return { title: count > 1 ? t('shell.notice.counted', { title, n: count }) : title, body: text, to };
  }

  function textOf(frame: Frame, count: number): NoticeText {
    const name = people.displayName(frame.msgSender);
    const requests = { name: 'requests' };
    switch (frame.type) {
      case FrameType.friendRequest:
        return { title: t('shell.notice.friendRequest'), body: name, to: requests };
      case FrameType.joinRequest:
        return { title: t('shell.notice.joinRequest'), body: name, to: requests };
      case FrameType.friendApproved:
        return {
          title: t('shell.notice.friends'),
          body: name,
          to: { name: 'person', params: { key: frame.msgSender } },
        };
      case FrameType.notice: {
        const body = preferences.values.previews ? preview(frame.msg) : '';
        return {
          title: frame.title || t('shell.notice.notice'),
          body,
          to: { name: 'chat', params: { conversation: 's:' } },
        };
      }
      default:
        return message(frame, count);
    }
  }

  return { textOf };
}
