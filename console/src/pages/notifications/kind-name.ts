// What the kinds of notifications are called in the reader's language.
import i18next from 'i18next';
import { useTranslation } from 'react-i18next';

/** A kind that a later version of the server has is called as the server calls it. */
export function useKindName(): (kind: string, title?: string) => string {
  const { t } = useTranslation('notifications');
  return (kind, title = kind) =>
    i18next.exists(`kinds.${kind}`, { ns: 'notifications' })
      ? t(`kinds.${kind}` as 'kinds.LOAD_FAILED')
      : title;
}
