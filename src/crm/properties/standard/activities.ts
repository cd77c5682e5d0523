// Standard properties of calls, conversations and tasks.
import type { PropertyDefinition } from '../property.events';
import { automatic, define, options, readOnlyDatetime } from './definition';

const C = 'call';

export const calls: readonly PropertyDefinition[] = [
  ...automatic(C),
  readOnlyDatetime(C, 'hs_createdate', 'Create date'),
  define(C, 'datetime', 'hs_timestamp', 'Activity date'),
  define(C, 'text', 'hs_call_title', 'Call Title'),
  define(C, 'html', 'hs_call_body', 'Call notes'),
  define(C, 'select', 'hs_call_direction', 'Call direction', {
    options: options({ INBOUND: 'Inbound', OUTBOUND: 'Outbound' }),
  }),
  define(C, 'text', 'hs_call_disposition', 'Call outcome'),
  define(C, 'number', 'hs_call_duration', 'Call duration'),
  define(C, 'text', 'hs_call_from_number', 'From number'),
  define(C, 'text', 'hs_call_to_number', 'To number'),
  define(C, 'text', 'hs_call_recording_url', 'Recording URL'),
  define(C, 'select', 'hs_call_status', 'Call status', {
    options: options({
      BUSY: 'Busy',
      CALLING_CRM_USER: 'Calling CRM user',
      CANCELED: 'Canceled',
      COMPLETED: 'Completed',
      CONNECTING: 'Connecting',
      FAILED: 'Failed',
      IN_PROGRESS: 'In progress',
      NO_ANSWER: 'No answer',
      QUEUED: 'Queued',
      RINGING: 'Ringing',
    }),
  }),
  define(C, 'text', 'hs_call_source', 'Call source'),
  define(C, 'text', 'hs_activity_type', 'Call and meeting type'),
  define(C, 'text', 'hs_attachment_ids', 'Attached file IDs'),
];

const V = 'conversation';

export const conversations: readonly PropertyDefinition[] = [
  ...automatic(V),
  readOnlyDatetime(V, 'hs_createdate', 'Create date'),
  define(V, 'datetime', 'hs_timestamp', 'Activity date'),
  define(V, 'text', 'hs_subject', 'Subject'),
  define(V, 'html', 'hs_body', 'Last message'),
  define(V, 'select', 'hs_status', 'Status', { options: options({ OPEN: 'Open', CLOSED: 'Closed' }) }),
  define(V, 'select', 'hs_channel', 'Channel', {
    options: options({
      EMAIL: 'Email',
      CHAT: 'Chat',
      FORM: 'Form',
      WHATSAPP: 'WhatsApp',
      FACEBOOK_MESSENGER: 'Facebook Messenger',
      SMS: 'SMS',
      CALLING: 'Calling',
    }),
  }),
  define(V, 'text', 'hs_inbox', 'Inbox'),
  define(V, 'text', 'hs_thread_id', 'Thread ID'),
  define(V, 'text', 'hs_sender', 'Sender'),
  define(V, 'text', 'hs_recipients', 'Recipients'),
  define(V, 'number', 'hs_message_count', 'Number of messages'),
  define(V, 'datetime', 'hs_latest_message_at', 'Latest message at'),
  define(V, 'datetime', 'hs_closed_at', 'Closed at'),
  define(V, 'bool', 'hs_is_spam', 'Spam'),
];

const T = 'task';

export const tasks: readonly PropertyDefinition[] = [
  ...automatic(T),
  readOnlyDatetime(T, 'hs_createdate', 'Create date'),
  define(T, 'datetime', 'hs_timestamp', 'Due date'),
  define(T, 'text', 'hs_task_subject', 'Task Title'),
  define(T, 'html', 'hs_task_body', 'Notes'),
  define(T, 'select', 'hs_task_status', 'Task Status', {
    options: options({
      NOT_STARTED: 'Not started',
      IN_PROGRESS: 'In progress',
      WAITING: 'Waiting',
      COMPLETED: 'Completed',
      DEFERRED: 'Deferred',
    }),
  }),
  define(T, 'select', 'hs_task_priority', 'Priority', {
    options: options({ NONE: 'None', LOW: 'Low', MEDIUM: 'Medium', HIGH: 'High' }),
  }),
  define(T, 'select', 'hs_task_type', 'Task Type', {
    options: options({
      EMAIL: 'Email',
      CALL: 'Call',
      TODO: 'To-do',
      MEETING: 'Meeting',
      LINKED_IN: 'LinkedIn',
    }),
  }),
  define(T, 'text', 'hs_task_reminders', 'Reminder'),
  define(T, 'datetime', 'hs_task_completion_date', 'Completed at'),
  define(T, 'text', 'hs_queue_membership_ids', 'Queues'),
  define(T, 'bool', 'hs_task_is_all_day', 'All day'),
  define(T, 'text', 'hs_task_repeat_interval', 'Repeats'),
  define(T, 'text', 'hs_attachment_ids', 'Attached file IDs'),
];
