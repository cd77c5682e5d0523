// What the page of notifications asks for. All keys begin with `notifications`, so that a notification that comes refreshes them.
import { queryOptions } from '@tanstack/react-query';
import { answered, api, type Schemas } from '../../api/client';

export type Notification = Schemas['NotificationView'];
export type Mail = Schemas['MailDocument'];
export const mailStatuses = ['FAILED', 'QUEUED', 'SENT', 'DROPPED'] as const;
export type MailStatus = (typeof mailStatuses)[number];

interface PageAsked {
  readonly limit: number;
  readonly after?: string | undefined;
}

export const notificationsQuery = ({ limit, after, isUnread }: PageAsked & { readonly isUnread: boolean }) =>
  queryOptions({
    queryKey: ['notifications', 'list', { limit, after, isUnread }],
    queryFn: ({ signal }) =>
      answered(
        api.GET('/notifications/v1/notifications', {
          params: { query: { limit, ...(after && { after }), ...(isUnread && { unread: 'true' as const }) } },
          signal,
        }),
      ),
  });

export const mailsQuery = ({
  limit,
  after,
  status,
}: PageAsked & { readonly status?: MailStatus | undefined }) =>
  queryOptions({
    queryKey: ['notifications', 'mails', { limit, after, status }],
    queryFn: ({ signal }) =>
      answered(
        api.GET('/notifications/v1/mails', {
          params: { query: { limit, ...(after && { after }), ...(status && { status }) } },
          signal,
        }),
      ),
  });
